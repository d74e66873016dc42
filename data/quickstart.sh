#!/bin/sh
# SPDX-License-Identifier: MIT
# From a fresh clone to a tested model: installs missing packages, builds VEstim, starts vestimd, runs
# an estimation job to its end, shows its errors and opens the dashboard if there is a display.
#
#   sh data/quickstart.sh            uses simulated drive cycles
#   sh data/quickstart.sh FOLDER     uses your drive cycles: FOLDER/train, FOLDER/val, FOLDER/test

set -eu

source_dir=$(cd "$(dirname "$0")/.." && pwd)
build=$source_dir/build
packages="gcc meson ninja-build pkg-config libglib2.0-dev libuv1-dev libsqlite3-dev zlib1g-dev libmatio-dev"
packages="$packages libyaml-dev libprotobuf-c-dev protobuf-c-compiler curl python3"
# Installed only if there is a display.
dashboard_packages="libgtk-4-dev libadwaita-1-dev libsoup-3.0-dev libjson-glib-dev libsecret-1-dev adwaita-icon-theme"

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

Installs missing packages, builds VEstim, starts vestimd, trains a small model
for at most half a minute and tests it. If there is a display, it then opens
the dashboard.

FOLDER contains your drive cycles: CSV files in the folders train, val and test.
Without FOLDER, the script simulates drive cycles.
END
}

refuse() {
  printf "quickstart: %s\nTry 'sh data/quickstart.sh --help'.\n" "$*" >&2
  exit 2
}

# Runs first: a wrong argument must not install, build or start anything.
check_arguments() {
  case ${1:-} in
  -h | --help)
    usage
    exit 0
    ;;
  -*) refuse "unknown option $1." ;;
  esac
  [ $# -le 1 ] || refuse "too many arguments: give at most one folder."
  [ $# -eq 1 ] || return 0
  [ -d "$1" ] || refuse "there is no folder '$1'."
  for set in train val test; do
    [ -d "$1/$set" ] || refuse "there is no folder '$set' in '$1': put the drive cycles into train, val and test."
  done
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "only root can install packages: install these as root:$missing"
  fi
}

# find_missing PACKAGE…: puts the packages that are not installed into `missing`, a space before each.
find_missing() {
  missing=
  for package; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
  done
}

install_missing() {
  command -v dpkg-query >/dev/null || return 0
  # Word splitting is intended: the list has one package for each word.
  # shellcheck disable=SC2086
  find_missing $packages
  [ -n "$missing" ] || return 0
  step "Installing$missing"
  as_root apt-get update -qq || say "Could not update the package lists. Continuing with the old ones."
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing ||
    fail "could not install$missing: see the lines above."
}

# quietly COMMAND…: runs it without output. If it fails, shows the last lines of the output and stops.
quietly() {
  log=$(mktemp "${TMPDIR:-/tmp}/vestim-quickstart.XXXXXX")
  if ! "$@" >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    fail "'$1' failed: its complete output is in $log"
  fi
  rm -f "$log"
}

build_programs() {
  step "Building in $build"
  [ -f "$build/build.ninja" ] || quietly meson setup "$build" "$source_dir" --buildtype=release
  # Only the programs, because the tests take longer. On a terminal ninja shows its progress.
  set -- ninja -C "$build" vestimd vestim-run vestim-estimate
  if [ -t 1 ]; then
    "$@" || fail "the build failed: see the lines above."
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
  0) say "vestimd is already running." ;;
  3) "$vestimd" --daemonize || fail "vestimd did not start: see the line above." ;;
  4) fail "vestimd is running but does not answer: look at '$vestimd --status', or stop it with '$vestimd --stop'." ;;
  *) "$vestimd" --status || fail "could not get the status of vestimd: see the line above." ;;
  esac
  home=${VESTIM_HOME:-$HOME/.vestim}
  url=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["url"])' "$home/server.json") ||
    fail "could not read $home/server.json."
  say "Its address is $url"
}

# ask PATH [CURL OPTION…]: sends a request to vestimd and prints the answer. curl reads the token from a
# pipe, because other users can see a command line.
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
    step "Writing simulated drive cycles to $folder"
    quietly "$build/vestim-estimate" --demo "$folder"
  fi
}

post_job() {
  step "Creating an estimation job"
  body=$(python3 -c '
import json, sys
name, folder = sys.argv[1:]
selections = {"folder_path": folder, "model": "LSTM", "layers": [10], "lookback": 100, "max_minutes": 0.5}
print(json.dumps({"name": name, "kind": "estimation", "selections": selections}))' "$name" "$folder")
  answer=$(ask /jobs --header 'Content-Type: application/json' --data-binary "$body") ||
    fail "vestimd did not answer."
  id_or_errors=$(printf %s "$answer" | python3 -c '
import json, sys
answer = json.load(sys.stdin)
if "job_id" in answer:
    print(answer["job_id"])
else:
    for error in answer.get("errors") or [{"field": "", "message": answer["detail"]}]:
        print(": ".join(filter(None, (error["field"], error["message"]))))
    sys.exit(1)') ||
    fail "vestimd refused the job:
$id_or_errors$(column_hint "$id_or_errors")"
  job=$id_or_errors
  say "$job"
}

# column_hint TEXT: if the text says that a column is missing, explains how to choose columns.
column_hint() {
  case $1 in
  *'there is no column'*) ;;
  *) return 0 ;;
  esac
  cat <<END


The settings "inputs" and "target" of a job name the columns that it uses, for example
  {"folder_path": "$folder", "inputs": ["I", "T"], "target": "U"}
README.md shows how to create such a job. You can also choose the columns in the dashboard.
$source_dir/docs/estimation.md describes all settings.
END
}

# Sets `bar_width`, `room` (the columns for the message after the bar) and `padded_to` (the message gets
# spaces up to this width, so that it covers the one before). On a terminal everything must fit into one
# line, because "\r" goes back only to the start of the last line. The last column stays free, because
# some terminals start a new line when it is filled. Runs before each update: the window may change.
measure_line() {
  bar_width=30
  room=60
  padded_to=0
  [ -t 1 ] || return 0
  { size=$(stty size <&3 2>/dev/null) || size=; } 3>&1
  columns=${size#* }
  case $columns in '' | 0 | *[!0-9]*) columns=80 ;; esac
  [ "$columns" -ge 60 ] || bar_width=10
  # "[", "] ", "100", " %  " and the free column.
  room=$((columns - bar_width - 11))
  [ "$room" -ge 1 ] || room=1
  [ "$room" -le 60 ] || room=60
  padded_to=$room
}

# Prints "STATUS PERCENT MESSAGE" of the job. The message ends with a whole word. Python pads it, because
# printf of some shells counts bytes instead of characters.
job_progress() {
  ask "/jobs/$job" | python3 -c '
import json, sys, textwrap
job = json.load(sys.stdin)
room, padded_to = map(int, sys.argv[1:])
message = textwrap.shorten(job["message"] or "", room, placeholder=" …")
print(job["status"], int(100 * (job["progress"] or 0)), message.ljust(padded_to))' "$room" "$padded_to"
}

show_bar() {
  filled=$(($1 * bar_width / 100))
  bar=$(printf '%*s' "$filled" '' | tr ' ' '#')
  if [ -t 1 ]; then
    printf '\r[%-*s] %3d %%  %s' "$bar_width" "$bar" "$1" "$2"
  elif [ "$filled" -ge "$next_mark" ]; then
    printf '[%-30s] %3d %%  %s\n' "$bar" "$1" "$2"
    # One line for each tenth, and one for the end.
    next_mark=$((filled + 3))
    [ "$filled" -eq 30 ] || [ "$next_mark" -le 30 ] || next_mark=30
  fi
}

follow_job() {
  step "Training and testing (at most half a minute of training)"
  next_mark=0
  while :; do
    measure_line
    now=$(job_progress) || fail "vestimd no longer answers."
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
  result=$(ask "/jobs/$job" | python3 -c '
import json, os, sys
job = json.load(sys.stdin)
if job["status"] != "completed":
    print("the job is %s: %s\nThe log is %s/log.txt"
          % (job["status"], job["details"]["reason"], job["job_folder"]))
    sys.exit(1)
metrics = job["details"]["metrics"]
rows = [(os.path.basename(t["file"]), t["rmse_mv"], t["mae_mv"], t["max_mv"]) for t in metrics["tests"]]
rows.append(("all test files", metrics["test_rmse_mv"], metrics["test_mae_mv"], metrics["test_max_mv"]))
width = max(len(row[0]) for row in rows)
print("%-*s %10s %10s %10s" % (width, "test file", "RMSE [mV]", "MAE [mV]", "max [mV]"))
for row in rows:
    print("%-*s %10.2f %10.2f %10.2f" % ((width,) + row))') || fail "$result$(column_hint "$result")"
  say
  say "$result"
}

say_what_next() {
  cat <<END

The model, the predictions for each test file and the log are in
  $home/jobs/$job

  show the status   "$vestimd" --status
  stop the daemon   "$vestimd" --stop
  follow its log    tail -f "$home/vestimd.log"
  list all jobs     curl -H "Authorization: Bearer \$(cat "$home/token")" $url/jobs
END
}

has_gtk() {
  pkg-config --exists 'gtk4 >= 4.8' 'libadwaita-1 >= 1.2' 'libsoup-3.0 >= 3.2' 'json-glib-1.0 >= 1.6' 2>/dev/null
}

# The model is trained by now, so a failure from here on is reported but does not fail the quickstart.
install_gtk() {
  has_gtk && return 0
  command -v dpkg-query >/dev/null || return 1
  # shellcheck disable=SC2086
  find_missing $dashboard_packages
  step "Installing$missing for the dashboard"
  # shellcheck disable=SC2086
  (as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing) >/dev/null &&
    has_gtk
}

# Configures the build again, because GTK may have been installed after the first build.
build_dashboard() {
  dashboard=$build/vestim-dashboard
  step "Building the dashboard"
  log=$(mktemp "${TMPDIR:-/tmp}/vestim-quickstart.XXXXXX")
  if meson setup --reconfigure "$build" "$source_dir" -Dgui=enabled >"$log" 2>&1 &&
    ninja -C "$build" vestim-dashboard data/dashboard/gschemas.compiled >>"$log" 2>&1; then
    rm -f "$log"
    return 0
  fi
  say "Could not build the dashboard: see $log"
  return 1
}

open_dashboard() {
  if [ -z "${WAYLAND_DISPLAY:-${DISPLAY:-}}" ]; then
    step "The dashboard"
    cat <<END
There is no display here. In a desktop session this script also opens the dashboard. To do it by hand:
  sudo apt-get install --no-install-recommends $dashboard_packages
  meson setup --reconfigure "$build" "$source_dir" -Dgui=enabled
  ninja -C "$build" vestim-dashboard data/dashboard/gschemas.compiled
  "$build/vestim-dashboard" --job $job
END
    return
  fi
  if ! install_gtk; then
    say "The dashboard needs these packages: $dashboard_packages"
    return
  fi
  build_dashboard || return 0
  step "Opening the dashboard"
  say "\"$dashboard\" --job $job"
  # The dashboard outlives this script and its terminal. The trap covers a terminal that closes before
  # setsid has run.
  trap '' HUP
  setsid "$dashboard" --job "$job" >/dev/null 2>&1 </dev/null &
}

check_arguments "$@"
install_missing
build_programs
start_daemon
choose_data "$@"
post_job
follow_job
show_result
say_what_next
open_dashboard
