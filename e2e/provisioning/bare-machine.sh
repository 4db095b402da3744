#!/usr/bin/env bash
# Runs a command on this machine as it was before anybody installed Redis: in a mount namespace of its own, on a
# copy-on-write view of the whole file system that vanishes with it.
#   bare-machine.sh FOLDER USER(root|nobody) LISTS(keep|none) COMMAND...
set -euo pipefail

folder=$1 user=$2 lists=$3
shift 3

mount -t tmpfs none "$folder"
mkdir "$folder/upper" "$folder/work" "$folder/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" "$folder/root"
mount -t proc proc "$folder/root/proc"
mount --rbind /dev "$folder/root/dev"

bare() { chroot "$folder/root" "$@"; }

bare dpkg --purge --force-depends redis-server redis redis-tools valkey-server libjemalloc2 liblzf1 >/dev/null 2>&1 || true
if [ "$lists" = none ]; then bare sh -c 'rm -rf /var/lib/apt/lists/*'; fi
bare install -d -o "$user" /home/bare

# The checkout may be in a folder that only its owner can enter.
path=$PWD
while [ "$path" != / ]; do bare chmod a+rx "$path"; path=$(dirname "$path"); done

as_user=()
if [ "$user" = nobody ]; then as_user=(setpriv --reuid=nobody --regid=nogroup --clear-groups); fi
exec chroot "$folder/root" "${as_user[@]}" env -u XDG_CACHE_HOME -u SIGNALBOX_REDIS_SERVER -u SIGNALBOX_REDIS_LIB \
  -u TMPDIR HOME=/home/bare sh -c 'cd "$1" && shift && exec "$@"' sh "$PWD" "$@"
