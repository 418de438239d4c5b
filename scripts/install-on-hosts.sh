#!/usr/bin/env bash
# Copies the plugin and its documents to many hosts by ssh and checks --version there.
set -u
# Each job in a process group of its own: a background job of a script ignores Ctrl-C, and its ssh with it.
set -m

usage() {
  cat <<'TEXT'
usage: install-on-hosts.sh [-f HOSTFILE | -h HOST ...] [-d TARGET_DIR] [-j HOSTS_AT_ONCE]

Copies gpbackup_s3_plugin and gpbackup_s3_plugin.bin from the folder of this script into TARGET_DIR on every
host, by ssh without a password, and compares what --version says there. The documents go into the folder
gpbackup_s3_plugin.docs next to them.

  -f HOSTFILE        one host per line; empty lines and comments (#) are skipped
  -h HOST            a host; may be given several times, also together with -f
  -d TARGET_DIR      an absolute path; $GPHOME/bin of this environment by default
  -j HOSTS_AT_ONCE   number of hosts in parallel, 8 by default
TEXT
}

fail() {
  printf 'install-on-hosts.sh: %s\n' "$1" >&2
  exit 2
}

hosts=()
add_host() {
  case $1 in
  # A word that begins with a dash would be an option of ssh.
  '' | -* | *[!A-Za-z0-9._:@%-]*) fail "\"$1\" is not a valid host name" ;;
  esac
  local known
  for known in ${hosts[@]+"${hosts[@]}"}; do
    [ "$known" = "$1" ] && return
  done
  hosts+=("$1")
}

read_hosts() {
  local line first rest
  [ -r "$1" ] || fail "the host file $1 can't be read"
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%%#*}
    line=${line//[[:space:]]/ }
    # Word splitting removes the spaces at both ends.
    read -r first rest <<<"$line"
    [ -z "$first" ] && continue
    [ -n "$rest" ] && fail "the host file $1 has more than one word in the line \"$line\""
    add_host "$first"
  done <"$1"
}

case ${1-} in
--help)
  usage
  exit 0
  ;;
esac
target=${GPHOME:+$GPHOME/bin}
at_once=8
while getopts ':f:h:d:j:' option; do
  case $option in
  f) read_hosts "$OPTARG" ;;
  h) add_host "$OPTARG" ;;
  d) target=$OPTARG ;;
  j) at_once=$OPTARG ;;
  *)
    usage >&2
    fail "unknown option or missing value: -$OPTARG"
    ;;
  esac
done
shift $((OPTIND - 1))
[ $# -eq 0 ] || fail "unexpected argument \"$1\""
if [ ${#hosts[@]} -eq 0 ]; then
  usage >&2
  fail 'no host given'
fi
[ -n "$target" ] || fail 'GPHOME is not set: give the target folder with -d'
target=${target%/}
case $target in
*[!A-Za-z0-9._/+@%=,:-]*) fail "the target folder $target contains characters that a remote shell would interpret" ;;
/*) ;;
*) fail "the target folder $target must be an absolute path" ;;
esac
case $at_once in
[1-9] | [1-9][0-9] | [1-9][0-9][0-9]) ;;
*) fail "\"$at_once\" is not a valid number of hosts (expected 1 to 999)" ;;
esac

here=$(cd -- "$(dirname -- "$0")" && pwd -P) || exit 2
launcher=$here/gpbackup_s3_plugin
program=$here/gpbackup_s3_plugin.bin
for file in "$launcher" "$program"; do
  [ -f "$file" ] || fail "$file is missing: it belongs next to this script"
done
bytes_of() { wc -c <"$1" | tr -d '[:space:]'; }
launcher_bytes=$(bytes_of "$launcher")
program_bytes=$(bytes_of "$program")
if ! expected=$("$launcher" --version 2>/dev/null); then
  # The hosts may have another processor than this machine: then they are compared with each other.
  expected=
fi

ssh_to() {
  local host=$1
  shift
  ssh -o BatchMode=yes -o ConnectTimeout=15 "$host" "$@"
}

# What runs on a host. It reads program, launcher and documents, one after the other, from standard input, and
# installs them in that order: a launcher never starts a program older than itself. Each has a temporary name
# until it is complete, then mv: a running plugin keeps its file, and no process ever sees half of one. A host
# without the documents works as well, so they are no reason to fail.
remote_install() {
  cat <<SCRIPT
dir='$target'
new=\$dir/.gpbackup_s3_plugin.new.\$\$
trap 'rm -rf "\$new.bin" "\$new" "\$new.docs"' EXIT
trap 'exit 1' HUP INT TERM
say() { echo "\$1" >&2; exit 1; }
[ -d "\$dir" ] || say "there is no folder \$dir"
umask 022
{ head -c $program_bytes >"\$new.bin" && head -c $launcher_bytes >"\$new"; } || say "\$dir cannot be written"
[ "\$(wc -c <"\$new.bin")" -eq $program_bytes ] && [ "\$(wc -c <"\$new")" -eq $launcher_bytes ] || say 'not all bytes arrived'
chmod 755 "\$new.bin" "\$new" || exit 1
mv -f "\$new.bin" "\$dir/gpbackup_s3_plugin.bin" && mv -f "\$new" "\$dir/gpbackup_s3_plugin" || say "\$dir cannot be written"
[ $documents_bytes -eq 0 ] && exit 0
docs=\$dir/gpbackup_s3_plugin.docs
{ mkdir "\$new.docs" && tar -xof - -C "\$new.docs" && rm -rf "\$docs" && mv "\$new.docs" "\$docs"; } ||
  echo 'without documents' >&2
exit 0
SCRIPT
}

# What a host prints is shown in one line, and only when it failed.
failure() {
  local reason
  reason=$(tr -s '[:space:]' ' ' <"$2" | cut -c 1-300)
  printf 'FAILED  %s: %s\n' "$1" "$3${reason:+: $reason}"
}

install_on() {
  local host=$1 said=$2 version note=
  if ! cat -- "$program" "$launcher" "$work/documents" | ssh_to "$host" "$installer" >/dev/null 2>"$said"; then
    failure "$host" "$said" 'not installed'
    return 1
  fi
  grep -q '^without documents$' "$said" && note=' (its documents could not be installed)'
  if ! version=$(ssh_to "$host" "'$target/gpbackup_s3_plugin' --version" </dev/null 2>"$said"); then
    # The launcher hides what the system says (another processor, an older C library).
    [ -s "$said" ] || ssh_to "$host" "'$target/gpbackup_s3_plugin.bin' --version" </dev/null >/dev/null 2>"$said"
    failure "$host" "$said" 'installed, but it does not start there'
    return 1
  fi
  case $version in
  'gpbackup_s3_plugin version '*) ;;
  *) version="gpbackup_s3_plugin version unknown (\"${version:0:80}\")" ;;
  esac
  if [ -n "$expected" ] && [ "$version" != "$expected" ]; then
    : >"$said"
    failure "$host" "$said" "installed, but it says \"$version\" instead of \"$expected\""
    return 1
  fi
  printf '%s\n' "$version" >"$said.version"
  printf 'ok      %s: %s\n' "$host" "$version$note"
}

work=$(mktemp -d) || fail 'no temporary folder can be made'
trap 'rm -rf "$work"' EXIT
# A build from source has no documents next to this script.
: >"$work/documents"
if [ -f "$here/README.md" ] && [ -d "$here/docs" ]; then
  tar -cf "$work/documents" -C "$here" README.md LICENSE CHANGELOG.md config.schema.json docs ||
    fail "the documents in $here can't be read"
fi
documents_bytes=$(bytes_of "$work/documents")
installer=$(remote_install)
stop() {
  local group
  for group in $(jobs -p); do kill -TERM -- "-$group" 2>/dev/null; done
  wait
  exit 130
}
trap stop INT TERM HUP

number=0
for host in "${hosts[@]}"; do
  while [ "$(jobs -pr | wc -l)" -ge "$at_once" ]; do
    # bash 4.2 of old systems has no wait -n.
    sleep 0.1
  done
  number=$((number + 1))
  install_on "$host" "$work/$number" &
done
wait

failed=()
agreed=
number=0
for host in "${hosts[@]}"; do
  number=$((number + 1))
  if [ ! -f "$work/$number.version" ]; then
    failed+=("$host")
    continue
  fi
  version=$(cat "$work/$number.version")
  # If this machine can't start the program, all hosts must at least agree: gpbackup requires it.
  [ -n "$agreed" ] || agreed=$version
  if [ "$version" != "$agreed" ]; then
    printf 'FAILED  %s: it says "%s", the hosts before say "%s"\n' "$host" "$version" "$agreed"
    failed+=("$host")
  fi
done
if [ ${#failed[@]} -gt 0 ]; then
  printf '%d of %d hosts failed: %s\n' "${#failed[@]}" "${#hosts[@]}" "${failed[*]}" >&2
  exit 1
fi
[ ${#hosts[@]} -eq 1 ] && noun=host || noun=hosts
printf 'installed on %d %s: %s/gpbackup_s3_plugin\n' "${#hosts[@]}" "$noun" "$target"
