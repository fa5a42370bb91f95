#!/bin/sh
# `docker` for tests of docker/deploy.sh: writes each call into $CALLS and fails the one that $FAIL begins.
echo "$*" >>"$CALLS"
case "$*" in
  "$FAIL"*) exit 1 ;;
  *'ps --quiet ingest') printf 'old1\nold2\n' ;;
  *'ps --all --quiet ingest') printf 'old1\nold2\nnew1\n' ;;
  'image inspect'*) date +%N ;;
esac
