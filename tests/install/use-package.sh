#!/bin/sh
# SPDX-License-Identifier: MIT
# The part of test-package.sh that runs in the throw-away root, as root: the packages are in /packages,
# and in /new with a higher version. Prints "CODE SENTENCE" for each step.
export DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin
exec 3>&1 >&2 # the output of the tools is no result

say ()
{
  echo "$1 $2" >&3
}

as_user ()
{
  setpriv --reuid vestim-tester --regid vestim-tester --clear-groups env -i HOME=/home/vestim-tester PATH=/usr/bin:/bin "$@"
}

# ask METHOD PATH [BODY]: prints the answer of the user's daemon.
ask ()
{
  as_user python3 -c '
import json, sys, urllib.request
home = "/home/vestim-tester/.vestim/"
url = json.load(open(home + "server.json"))["url"]
head = {"Authorization": "Bearer " + open(home + "token").read().strip(), "Content-Type": "application/json"}
body = sys.argv[3].encode() if len(sys.argv) > 3 else None
print(urllib.request.urlopen(urllib.request.Request(url + sys.argv[2], body, head, method=sys.argv[1])).read().decode())
' "$@"
}

# status_is WORD: waits for that status of the job.
status_is ()
{
  for _ in $(seq 300); do
    ask GET "/jobs/$job" | grep -q "\"status\": *\"$1\"" && return 0
    sleep 0.1
  done
  ask GET "/jobs/$job"
  return 1
}

installed_files ()
{
  dpkg -L vestim vestim-dashboard | while read -r path; do
    [ -d "$path" ] || echo "$path"
  done
}

useradd --create-home --shell /bin/sh vestim-tester
dpkg --install /packages/vestim_*.deb /packages/vestim-dashboard_*.deb
say $? "the packages are installed"
! find /etc/systemd /etc/xdg -name 'vestimd*' | grep . && ! pgrep -x vestimd
say $? "the installation enables and starts nothing"
as_user vestimd --doctor
say $? "the doctor finds no problem"
as_user vestim-estimate --version && as_user vestim-dashboard --version && as_user vestim --version
say $? "the other programs run"
installed_files >/files

as_user vestimd --daemonize --port 0
say $? "an ordinary user starts the daemon"
job=$(ask POST /jobs '{"name": "job", "kind": "command", "selections":
  {"argv": ["/bin/sh", "-c", "until [ -e /home/vestim-tester/go ]; do sleep 0.1; done; echo done"]}}' |
  sed -n 's/.*"job_id": *"\([^"]*\)".*/\1/p')
status_is running
say $? "a job runs"

dpkg --install /new/vestim_*.deb /new/vestim-dashboard_*.deb
say $? "the packages are upgraded"
status_is running
say $? "the daemon and the job live on"
as_user vestimd --doctor | grep 'before an upgrade'
say $? "the doctor says that the daemon is of before the upgrade"
as_user vestimd --stop --keep-jobs && as_user vestimd --daemonize --port 0 && status_is running
say $? "a restart takes up the job"
touch /home/vestim-tester/go
status_is completed && ask GET "/jobs/$job" | grep '"attempt": *1'
say $? "the job ends normally, in its first attempt"
as_user vestimd --stop
say $? "the daemon stops"

sum=$(sha256sum /home/vestim-tester/.vestim/registry.db)
dpkg --remove vestim-dashboard vestim
say $? "the packages are removed"
dpkg --purge vestim-dashboard vestim
say $? "the packages are purged"
! dpkg-query --show 'vestim*' 2>/dev/null | grep '[0-9]'
say $? "the package system has forgotten them"
left=$(while read -r path; do [ ! -e "$path" ] || echo "$path"; done </files)
[ -z "$left" ]
say $? "no file of the packages is left"
echo "$left"
[ "$(sha256sum /home/vestim-tester/.vestim/registry.db)" = "$sum" ]
say $? "the data of the user is untouched"
say 0 "the end"
