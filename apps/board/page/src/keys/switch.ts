const STORED = 'sluice-single-keys'

/** Whether keys without Ctrl or ⌘ do something. People who dictate need to switch them off (WCAG 2.1.4). */
export const areSingleKeysOn = (): boolean => localStorage.getItem(STORED) !== 'off'

export const switchSingleKeys = (isOn: boolean): void => localStorage.setItem(STORED, isOn ? 'on' : 'off')
