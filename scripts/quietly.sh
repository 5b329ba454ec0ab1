#!/bin/sh
# Runs a program without two lines that Dawn writes on standard error each time it meets an adapter with more dynamic
# buffers than it can use (Limits.cpp; no toggle keeps them back). All else passes. The program takes this process's
# place, so signals and exit code are its own.
fifo=$(mktemp -u "${TMPDIR:-/tmp}/weft-XXXXXX") && mkfifo -m 600 "$fifo" 2>/dev/null || exec "$@"
(
  trap '' INT HUP TERM # it ends when the program does
  exec sed -u '/^Warning: maxDynamic[A-Za-z]*BuffersPerPipelineLayout artificially reduced from [0-9]* to [0-9]* to fit dynamic offset allocation limit\.$/d'
) <"$fifo" >&2 &
exec 3>"$fifo"
rm -f "$fifo"
exec "$@" 2>&3 3>&-
