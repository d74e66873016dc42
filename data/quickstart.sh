#!/bin/sh
# SPDX-License-Identifier: MIT
# From a fresh clone to a tested model: installs what is missing, builds, starts vestimd, runs an
# estimation job to its end, shows its errors and, where there is a display, opens the dashboard.
#
#   sh data/quickstart.sh            with a simulated demonstration set
#   sh data/quickstart.sh FOLDER     with your drive cycles: FOLDER/train, FOLDER/val, FOLDER/test

set -eu

source_dir=$(cd "$(dirname "$0")/.." && pwd)
build=$source_dir/build
packages="gcc meson ninja-build pkg-config libglib2.0-dev libuv1-dev libsqlite3-dev node-llhttp curl python3"
# Only where there is a display to show the dashboard on.
dashboard_packages="libgtk-4-dev libadwaita-1-dev libsoup-3.0-dev libjson-glib-dev adwaita-icon-theme"

say() {
  printf '%s\n' "$*"
}

step() {
  printf '\n-- %s\n' "$*"
}

fail() {
  printf '\nquickstart: %s\n' "$*" >&2
  exit 1
}

usage() {
  cat <<END
Usage: sh data/quickstart.sh [FOLDER]

Installs what is missing, builds VEstim, starts vestimd, trains a small model
for half a minute at most, tests it, and opens the dashboard where there is a
display.

FOLDER has your drive cycles, as CSV files in the folders train, val and test.
Without it a set is simulated.
END
}

refuse() {
  printf "quickstart: %s\nTry 'sh data/quickstart.sh --help'.\n" "$*" >&2
  exit 2
}

# Before anything is installed, built or started.
look_at_arguments() {
  case ${1:-} in
  -h | --help)
    usage
    exit 0
    ;;
  -*) refuse "there is no option $1." ;;
  esac
  [ $# -le 1 ] || refuse "name one folder, or none."
  [ $# -eq 1 ] || return 0
  [ -d "$1" ] || refuse "there is no folder '$1'."
  for set in train val test; do
    [ -d "$1/$set" ] || refuse "there is no folder '$set' in '$1'; drive cycles are in train, val and test."
  done
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "these packages have to be installed by root: $missing"
  fi
}

# find_missing PACKAGE…: sets `missing`.
find_missing() {
  missing=
  for package; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
  done
}

install_missing() {
  command -v dpkg-query >/dev/null || return 0
  # Both lists are words on purpose.
  # shellcheck disable=SC2086
  find_missing $packages
  [ -n "$missing" ] || return 0
  step "Installing$missing"
  as_root apt-get update -qq || say "The package lists could not be refreshed; trying with those that are there."
  # The list is words on purpose.
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing ||
    fail "installing$missing failed; the lines above say why."
}

# Runs quietly; shows the end of what was said only when it fails.
quietly() {
  log=$(mktemp "${TMPDIR:-/tmp}/vestim-quickstart.XXXXXX")
  if ! "$@" >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    fail "'$1' failed; all of its output is in $log"
  fi
  rm -f "$log"
}

build_programs() {
  step "Building in $build"
  [ -f "$build/build.ninja" ] || quietly meson setup "$build" "$source_dir" --buildtype=release
  # The programs alone: the tests take longer. On a terminal ninja shows how far it is.
  set -- ninja -C "$build" vestimd vestim-run vestim-estimate
  if [ -t 1 ]; then
    "$@" || fail "the build failed; the lines above say why."
  else
    quietly "$@"
  fi
}

start_daemon() {
  step "Starting vestimd"
  vestimd=$build/vestimd
  code=0
  "$vestimd" --status >/dev/null 2>&1 || code=$?
  case $code in
  0) say "One runs already and is used." ;;
  3) "$vestimd" --daemonize || fail "vestimd did not start; the line above says why." ;;
  4) fail "a vestimd runs but does not answer. See '$vestimd --status', and end it with '$vestimd --stop'." ;;
  *) "$vestimd" --status || fail "vestimd cannot be asked; the line above says why." ;;
  esac
  home=${VESTIM_HOME:-$HOME/.vestim}
  url=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["url"])' "$home/server.json") ||
    fail "$home/server.json cannot be read."
  say "It serves at $url"
}

# ask PATH [CURL OPTION…]: the token goes through a pipe, where no other user sees it.
ask() {
  target=$1
  shift
  printf 'header = "Authorization: Bearer %s"\n' "$(cat "$home/token")" |
    curl --silent --show-error --max-time 60 --config - "$@" "$url$target"
}

choose_data() {
  if [ $# -gt 0 ]; then
    folder=$(cd "$1" && pwd)
    name="Quickstart on $(basename "$folder")"
    return
  fi
  folder=$build/demo
  name="Quickstart on simulated cycles"
  if [ ! -d "$folder/test" ]; then
    step "Simulating drive cycles of a cell in $folder"
    quietly "$build/vestim-estimate" --demo "$folder"
  fi
}

post_job() {
  step "Posting an estimation job"
  body=$(python3 -c '
import json, sys
name, folder = sys.argv[1:]
selections = {"folder_path": folder, "model": "LSTM", "layers": [10], "lookback": 100, "max_minutes": 0.5}
print(json.dumps({"name": name, "kind": "estimation", "selections": selections}))' "$name" "$folder")
  answer=$(ask /jobs --header 'Content-Type: application/json' --data-binary "$body") ||
    fail "vestimd did not answer."
  told=$(printf %s "$answer" | python3 -c '
import json, sys
answer = json.load(sys.stdin)
if "job_id" in answer:
    print(answer["job_id"])
else:
    for error in answer.get("errors") or [{"field": "", "message": answer["detail"]}]:
        print(": ".join(filter(None, (error["field"], error["message"]))))
    sys.exit(1)') ||
    fail "the job was refused:
$told$(column_hint "$told")"
  job=$told
  say "$job"
}

# How to choose columns, where that text says that one is missing.
column_hint() {
  case $1 in
  *'there is no column'*) ;;
  *) return 0 ;;
  esac
  cat <<END


A job names the columns that it uses in its "inputs" and "target", like
  {"folder_path": "$folder", "inputs": ["I", "T"], "target": "U"}
Post one as README.md shows, or choose them in the dashboard. $source_dir/docs/estimation.md
has all settings.
END
}

# Sets `bar_width`, `room` for the message behind the bar, and to how much that is filled up. On a
# terminal all fits into one line, as "\r" leads back to the beginning of the last one only. Its last
# column is left free: some terminals go on to the next line with it. Looked at anew each time, for
# windows change.
measure_line() {
  bar_width=30
  room=60
  filled_to=0
  [ -t 1 ] || return 0
  { size=$(stty size <&3 2>/dev/null) || size=; } 3>&1
  columns=${size#* }
  case $columns in '' | 0 | *[!0-9]*) columns=80 ;; esac
  [ "$columns" -ge 60 ] || bar_width=10
  # "[", "] ", "100", " %  " and the free column.
  room=$((columns - bar_width - 11))
  [ "$room" -ge 1 ] || room=1
  [ "$room" -le 60 ] || room=60
  filled_to=$room
}

# Prints "STATUS PERCENT MESSAGE" of the job. The message ends at a whole word. It is filled up here,
# where characters are counted: printf of some shells counts bytes.
look() {
  ask "/jobs/$job" | python3 -c '
import json, sys, textwrap
job = json.load(sys.stdin)
room, filled_to = map(int, sys.argv[1:])
message = textwrap.shorten(job["message"] or "", room, placeholder=" …")
print(job["status"], int(100 * (job["progress"] or 0)), message.ljust(filled_to))' "$room" "$filled_to"
}

show_bar() {
  filled=$(($1 * bar_width / 100))
  bar=$(printf '%*s' "$filled" '' | tr ' ' '#')
  if [ -t 1 ]; then
    printf '\r[%-*s] %3d %%  %s' "$bar_width" "$bar" "$1" "$2"
  elif [ "$filled" -ge "$next_mark" ]; then
    printf '[%-30s] %3d %%  %s\n' "$bar" "$1" "$2"
    # A line each tenth, and one for the end, wherever the tenths fell.
    next_mark=$((filled + 3))
    [ "$filled" -eq 30 ] || [ "$next_mark" -le 30 ] || next_mark=30
  fi
}

follow_job() {
  step "Training and testing (half a minute of training at most)"
  next_mark=0
  while :; do
    measure_line
    now=$(look) || fail "vestimd does not answer any more."
    status=${now%% *}
    rest=${now#* }
    show_bar "${rest%% *}" "${rest#* }"
    case $status in
    created | queued | running) sleep 0.5 ;;
    *) break ;;
    esac
  done
  [ ! -t 1 ] || printf '\n'
}

show_result() {
  told=$(ask "/jobs/$job" | python3 -c '
import json, os, sys
job = json.load(sys.stdin)
if job["status"] != "completed":
    print("the job is %s: %s\nIts log: %s/log.txt"
          % (job["status"], job["details"]["reason"], job["job_folder"]))
    sys.exit(1)
metrics = job["details"]["metrics"]
rows = [(os.path.basename(t["file"]), t["rmse_mv"], t["mae_mv"], t["max_mv"]) for t in metrics["tests"]]
rows.append(("all test files", metrics["test_rmse_mv"], metrics["test_mae_mv"], metrics["test_max_mv"]))
width = max(len(row[0]) for row in rows)
print("%-*s %10s %10s %10s" % (width, "test file", "RMSE [mV]", "MAE [mV]", "max [mV]"))
for row in rows:
    print("%-*s %10.2f %10.2f %10.2f" % ((width,) + row))') || fail "$told$(column_hint "$told")"
  say
  say "$told"
}

say_what_next() {
  cat <<END

The model, the predictions of each test file and the log are in
  $home/jobs/$job

  what runs     $vestimd --status
  stop it       $vestimd --stop
  what it does  tail -f $home/vestimd.log
  all jobs      curl -H "Authorization: Bearer \$(cat $home/token)" $url/jobs
END
}

has_gtk() {
  pkg-config --exists 'gtk4 >= 4.8' 'libadwaita-1 >= 1.2' 'libsoup-3.0 >= 3.2' 'json-glib-1.0 >= 1.6' 2>/dev/null
}

# The model is trained by now: whatever fails here is said, and is no failure of the quickstart.
install_gtk() {
  has_gtk && return 0
  command -v dpkg-query >/dev/null || return 1
  # shellcheck disable=SC2086
  find_missing $dashboard_packages
  step "Installing$missing, for the dashboard"
  # shellcheck disable=SC2086
  (as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing) >/dev/null &&
    has_gtk
}

# (Re)configures, for GTK may have come behind the first build.
build_dashboard() {
  dashboard=$build/vestim-dashboard
  step "Building the dashboard"
  log=$(mktemp "${TMPDIR:-/tmp}/vestim-quickstart.XXXXXX")
  if meson setup --reconfigure "$build" "$source_dir" -Dgui=enabled >"$log" 2>&1 &&
    ninja -C "$build" vestim-dashboard data/dashboard/gschemas.compiled >>"$log" 2>&1; then
    rm -f "$log"
    return 0
  fi
  say "The dashboard could not be built; $log says why."
  return 1
}

open_dashboard() {
  if [ -z "${WAYLAND_DISPLAY:-${DISPLAY:-}}" ]; then
    step "The dashboard"
    cat <<END
There is no display here. In a desktop session this script ends with the dashboard. By hand:
  apt-get install --no-install-recommends $dashboard_packages
  meson setup --reconfigure "$build" "$source_dir" -Dgui=enabled && ninja -C "$build"
  "$build/vestim-dashboard" --job $job
END
    return
  fi
  if ! install_gtk; then
    say "The dashboard needs: $dashboard_packages"
    return
  fi
  build_dashboard || return 0
  step "Opening the dashboard"
  say "$dashboard --job $job"
  # It outlives this script and its terminal, also one that closes before setsid has begun.
  trap '' HUP
  setsid "$dashboard" --job "$job" >/dev/null 2>&1 </dev/null &
}

look_at_arguments "$@"
install_missing
build_programs
start_daemon
choose_data "$@"
post_job
follow_job
show_result
say_what_next
open_dashboard
