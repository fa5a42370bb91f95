export { explainAnswer } from './explain.ts'
export { type Answer, createPoster, type HostPost, type Poster, type PosterOptions } from './post.ts'
export { hostVariables, isWhsec } from './settings.ts'
