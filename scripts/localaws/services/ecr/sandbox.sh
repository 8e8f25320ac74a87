# Builds a container's file system in a mount namespace of its own, and becomes the container's command.
# usage: sandbox.sh FOLDER IMAGE SHARED TARGET WORKDIR KIB COMMAND...
# FOLDER: scratch folder; a file `started` appears in it once the container stands. SHARED becomes TARGET. KIB: address
# space of each process, 0 for no limit. LOWER: folders of this machine, of which the container has a copy on write.
# PROVIDERS: where the image has the mirror of Terraform's providers that this machine has, or empty.
# ISOLATED: not empty when the container has a network namespace of its own. PYTHON: a program of this machine.
set -eu
folder=$1 image=$2 shared=$3 target=$4 workdir=$5 kib=$6
shift 6
mount -t tmpfs -o mode=755 none "$folder/scratch"
root=$folder/scratch/root
mkdir -p "$root" && mount -t tmpfs -o mode=755 none "$root"
cd "$root"
mkdir -p proc dev/shm tmp var/tmp etc run root old
chmod 1777 tmp var/tmp dev/shm
count=0
for lower in $LOWER; do
  if [ -L "$lower" ]; then
    mkdir -p ".$(dirname "$lower")" && cp -a "$lower" ".$lower"
  elif [ -d "$lower" ]; then
    count=$((count + 1)) layer=$folder/scratch/$count
    mkdir -p ".$lower" "$layer/upper" "$layer/work"
    mount -t overlay -o "lowerdir=$lower,upperdir=$layer/upper,workdir=$layer/work,userxattr" none ".$lower"
    if [ "$lower" = /usr ]; then # what people install in /usr/local of this machine is in no image
      mount -t tmpfs -o mode=755 none usr/local && mkdir usr/local/{bin,etc,include,lib,sbin,share}
    fi
  fi
done
cp -a /etc/ld.so.cache etc/
printf 'root:x:0:0:root:/root:/bin/sh\n' >etc/passwd
printf 'root:x:0:\n' >etc/group
printf '127.0.0.1 localhost\n' >etc/hosts
cp -a "$image"/. .
[ ! -f etc/passwd.d ] || cat etc/passwd.d >>etc/passwd
for device in null zero full random urandom; do
  : >"dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr
mount -t proc proc proc
mkdir -p ".$target"
mount --bind "$shared" ".$target"
for mirror in ${PROVIDERS:+"${TF_PLUGIN_DIR:-}" ~/.terraform.d/plugins ~/.local/share/terraform/plugins /opt/*}; do
  if [ -d "$mirror/registry.terraform.io" ]; then
    mkdir -p ".$PROVIDERS"
    mount --bind "$mirror" ".$PROVIDERS"
    break
  fi
done
if [ -n "$ISOLATED" ]; then # the loopback interface of its own network namespace is down
  "$PYTHON" -ISc 'import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh", b"lo", 1))'
fi
: >"$folder/started"
pivot_root . old
umount -l /old
mkdir -p "$workdir"
cd "$workdir"
[ "$kib" = 0 ] || ulimit -v "$kib"
exec "$@"
