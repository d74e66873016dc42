#!/bin/sh
# SPDX-License-Identifier: MIT
# Checks what `meson install` installs, and that `ninja uninstall` removes it. TAP.
# Usage: test-install.sh BUILD_DIR BINDIR MAN_PAGE… (BINDIR absolute, as configured)
build=$1
bindir=$2
shift 2
root=$(mktemp -d) || exit 1
log=$build/meson-logs/install-log.txt
n=0

# The log of a real installation tells `ninja uninstall` what to remove: it is restored.
[ ! -e "$log" ] || cp "$log" "$root/install-log.saved"
finish ()
{
  if [ -e "$root/install-log.saved" ]; then
    mv "$root/install-log.saved" "$log"
  else
    rm -f "$log"
  fi
  rm -rf "$root"
}
trap finish EXIT
trap 'exit 1' INT TERM

result ()
{
  n=$((n + 1))
  if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}

skip ()
{
  n=$((n + 1))
  echo "ok $n - $1 # SKIP $2 is not installed"
}

# has NAME-PATTERN: one regular file below the root whose path ends that way.
has ()
{
  [ "$(find "$root/dest" -type f -path "*$1" | wc -l)" -eq 1 ]
}

check_installed ()
{
  for path in "$bindir/vestimd" "$bindir/vestim-estimate" /vestim/vestim-run \
    /systemd/user/vestimd.service /systemd/user/vestimd.socket /xdg/autostart/vestimd.desktop \
    /bash-completion/completions/vestimd /bash-completion/completions/vestim-run \
    /bash-completion/completions/vestim-estimate \
    /vestim/hooks/mail /vestim/hooks/notify /vestim/hooks/webhook \
    /vestim/monitoring/prometheus-alerts.yml /vestim/monitoring/grafana-dashboard.json; do
    has "$path"
    result $? "installed: $path"
  done
  for page; do
    has "/man/man1/$page"
    result $? "installed: $page"
  done
  [ -z "$(find "$root/dest" -type l)" ]
  result $? "no unit is enabled by the installation"
  [ -z "$(find "$root/dest" -name '*test*')" ]
  result $? "no test is installed"
}

check_programs ()
{
  "$root/dest$bindir/vestimd" --version | grep -q '^vestimd [0-9]'
  result $? "the installed vestimd runs"
}

check_units ()
{
  service=$(find "$root/dest" -name vestimd.service)
  grep -q "^ExecStart=$bindir/vestimd\$" "$service" && ! grep -q '@' "$service"
  result $? "the service starts the installed program"
  if ! command -v systemd-analyze >/dev/null; then
    skip "systemd-analyze accepts the units" systemd-analyze
    return
  fi
  mkdir -m 700 "$root/runtime" "$root/units"
  sed "s,=$bindir/,=$root/dest$bindir/," "$service" >"$root/units/vestimd.service"
  cp "${service%.service}.socket" "$root/units"
  XDG_RUNTIME_DIR=$root/runtime systemd-analyze --user verify "$root/units/vestimd.service" \
    "$root/units/vestimd.socket" >"$root/verify.all" 2>&1 &&
    { grep -v 'DelegateSubgroup' "$root/verify.all" >"$root/verify"; [ ! -s "$root/verify" ]; } # new in systemd 254
  result $? "systemd-analyze accepts the units"
  sed 's/^/# /' "$root/verify"
}

check_autostart ()
{
  entry=$(find "$root/dest" -name vestimd.desktop)
  case $bindir in
    /usr/bin | /usr/local/bin)
      [ "$entry" = "$root/dest/etc/xdg/autostart/vestimd.desktop" ]
      result $? "the autostart entry is where desktops look"
      ;;
  esac
  grep -q "exec $bindir/vestimd --daemonize" "$entry" && ! grep -q '@' "$entry"
  result $? "the autostart entry starts the installed program"
  if ! command -v desktop-file-validate >/dev/null; then
    skip "the autostart entry is valid" desktop-file-validate
    return
  fi
  [ -z "$(desktop-file-validate "$entry" 2>&1)" ]
  result $? "the autostart entry is valid"
}

# offered PROGRAM WORD…: what bash offers for the last word.
offered ()
{
  bash -c '
    . "$1"; shift
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt () { :; }
    "_${1//-/_}"; printf "%s\n" "${COMPREPLY[@]}"' bash \
    "$(find "$root/dest" -path "*completions/$1")" "$@"
}

check_completion ()
{
  if ! command -v bash >/dev/null; then
    skip "bash completes options" bash
    return
  fi
  [ "$(offered vestimd --st | sort | tr '\n' ' ')" = '--status --stop ' ]
  result $? "bash completes options"
  [ "$(offered vestimd --stop --ke)" = --keep-jobs ] && [ -z "$(offered vestimd --stop --po)" ]
  result $? "bash offers what goes with the action only"
  for program in vestim/vestim-run bin/vestim-estimate; do
    offered "${program#*/}" -- >"$root/offered"
    "$(find "$root/dest" -path "*/$program")" --help | grep -oE -e '--[a-z][a-z0-9-]*' | grep -vxFf "$root/offered"
  done >"$root/missing"
  [ ! -s "$root/missing" ]
  result $? "bash offers each option of the help texts"
  sed 's/^/# not offered: /' "$root/missing"
  [ "$(offered vestimd --log-level = de)" = debug ]
  result $? "bash completes values behind an equals sign"
}

check_pages ()
{
  if ! command -v man >/dev/null; then
    skip "the man pages format without a warning" man
    return
  fi
  find "$root/dest" -path '*/man1/*.1' -exec env LC_ALL=C.UTF-8 man --warnings -l {} \; \
    >/dev/null 2>"$root/warnings"
  [ ! -s "$root/warnings" ]
  result $? "the man pages format without a warning"
  sed 's/^/# /' "$root/warnings"
}

# Only where the dashboard was built.
check_dashboard ()
{
  [ -e "$build/vestim-dashboard" ] || return
  for path in "$bindir/vestim-dashboard" /applications/org.vestim.Dashboard.desktop \
    /metainfo/org.vestim.Dashboard.metainfo.xml /scalable/apps/org.vestim.Dashboard.svg \
    /symbolic/apps/org.vestim.Dashboard-symbolic.svg /schemas/org.vestim.Dashboard.gschema.xml \
    /man/man1/vestim-dashboard.1 /bash-completion/completions/vestim-dashboard; do
    has "$path"
    result $? "installed: $path"
  done
  entry=$(find "$root/dest" -name org.vestim.Dashboard.desktop)
  program=$(sed -n 's/^Exec=//p' "$entry")
  icon=$(sed -n 's/^Icon=//p' "$entry")
  has "$bindir/$program" && has "/apps/$icon.svg"
  result $? "the desktop file names the program and the icon that are installed"
  if command -v glib-compile-schemas >/dev/null; then
    glib-compile-schemas --strict --targetdir="$root" \
      "$(dirname "$(find "$root/dest" -name '*.gschema.xml')")" 2>"$root/schemas"
    result $? "the settings' schema compiles"
  else
    skip "the settings' schema compiles" glib-compile-schemas
  fi
  GSETTINGS_SCHEMA_DIR=$root "$root/dest$bindir/vestim-dashboard" --version | grep -q '^vestim-dashboard [0-9]'
  result $? "the installed dashboard runs"
  check_dashboard_completion
  check_translations
}

check_dashboard_completion ()
{
  if ! command -v bash >/dev/null; then
    skip "bash completes the dashboard's options and jobs" bash
    return
  fi
  mkdir -p "$root/home/jobs/job_1" "$root/home/jobs/job_2"
  [ "$(offered vestim-dashboard --s)" = --server ] &&
    [ "$(VESTIM_HOME=$root/home offered vestim-dashboard --job = | tr '\n' ' ')" = 'job_1 job_2 ' ]
  result $? "bash completes the dashboard's options and jobs"
}

# The command for the shell needs libsoup, not GTK. It finds the daemon beside itself.
check_command ()
{
  [ -e "$build/vestim" ] || return
  for path in "$bindir/vestim" /bash-completion/completions/vestim /zsh/site-functions/_vestim \
    /fish/vendor_completions.d/vestim.fish; do
    has "$path"
    result $? "installed: $path"
  done
  "$root/dest$bindir/vestim" --version | grep -q '^vestim [0-9]'
  result $? "vestim runs"
  ! ldd "$root/dest$bindir/vestim" | grep -q 'libgtk\|libadwaita'
  result $? "vestim needs no GTK"
}

# Each language of LINGUAS comes along, and every source with texts in it is one of POTFILES.in.
check_translations ()
{
  source=$(dirname "$0")/../../gui/po
  missing=$(sed '/^#/d' "$source/LINGUAS" | while read -r language; do
    has "/locale/$language/LC_MESSAGES/vestim.mo" || echo "$language"
  done)
  [ -z "$missing" ]
  result $? "all translations are installed"
  marked=$(cd "$source/../.." && grep -lE '(^|[^A-Za-z])(N?_|ngettext) \(|translatable="yes"' -r gui common --include='*.c' --include='*.ui' | sort)
  unlisted=$(echo "$marked" | grep -vxFf "$source/POTFILES.in")
  [ -z "$unlisted" ]
  result $? "translators are told of every text"
  [ -z "$unlisted" ] || echo "$unlisted" | sed 's/^/# not in POTFILES.in: /'
}

meson install --no-rebuild --destdir "$root/dest" -C "$build" >"$root/install.out" 2>&1
result $? "meson install"
check_installed "$@"
check_programs
check_units
check_autostart
check_completion
check_pages
check_dashboard
check_command
ninja -C "$build" uninstall >"$root/uninstall.out" 2>&1
result $? "ninja uninstall"
[ -z "$(find "$root" -path "$root/dest/*" ! -type d)" ]
result $? "ninja uninstall leaves nothing"
echo "1..$n"
