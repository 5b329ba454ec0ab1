#!/bin/sh
# Verifies and times weft on this machine's GPU, then the same network in PyTorch beside it. Needs no network
# and no Node. Usage: sh run.sh OUT [part of the adapter's name]. All results end up in OUT/weft-gpu-bench.json.
# PYTHON names the Python that holds PyTorch; BATCHES, RUNS, OPS, VARIANTS and PARTS narrow the work; SHARE=2 doubles its time
# limits; JOBS processes verify at once, by default one for two cores.
set -u
PATH=${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}:/usr/sbin:/sbin
export PATH
here=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: sh run.sh OUT [adapter]}
mkdir -p "$out" && out=$(cd "$out" && pwd)
adapter=${2:+--adapter=$2}
batches=${BATCHES:-128,512,2048}
runs=${RUNS:-15}
share=${SHARE:-1}
jobs=${JOBS:-$(($(nproc) / 2 > 0 ? $(nproc) / 2 : 1))}
variants=${VARIANTS:-subgroup,register,tiled}
parts=${PARTS:-step shapes scaling}
python=${PYTHON:-python3}

room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
mkdir "$room/lib"

# Node and Dawn lie here compressed: by xz where it is, else by Python's lzma.
unpack() {
  if command -v xz >/dev/null 2>&1; then
    xz -dc "$1"
  elif command -v "$python" >/dev/null 2>&1; then
    "$python" -c 'import lzma, shutil, sys; shutil.copyfileobj(lzma.open(sys.argv[1]), sys.stdout.buffer)' "$1"
  else
    echo "run: neither xz nor $python is here to unpack $1: install xz-utils" >&2
    exit 1
  fi
}
unpack "$here/node.xz" >"$room/node" || exit 1
chmod +x "$room/node"
mkdir -p "$room/node_modules"
cp -r "$here/webgpu" "$room/node_modules/"
dawn=$(cd "$here/webgpu" && echo dist/*/dawn.node.xz)
unpack "$here/webgpu/$dawn" >"$room/node_modules/webgpu/${dawn%.xz}" || exit 1
cp "$here"/*.js "$room/"
echo '{"type": "module"}' >"$room/package.json"

# Libraries that the machine has are its own; only those it lacks are taken from here.
theirs=${LD_LIBRARY_PATH:-}
drivers=/usr/local/nvidia/lib64:/usr/local/nvidia/lib
LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$drivers:$room/lib
for library in "$here"/lib/*.so.*; do
  name=$(basename "$library")
  ldconfig -p 2>/dev/null | grep -q "$name" || ln -s "$library" "$room/lib/$name"
done
export LD_LIBRARY_PATH

# A container's driver may lie where the Vulkan loader does not look.
if [ -z "${VK_DRIVER_FILES:-}${VK_ICD_FILENAMES:-}" ]; then
  usual=$(ls /usr/share/vulkan/icd.d/*nvidia*.json /etc/vulkan/icd.d/*.json /usr/share/vulkan/icd.d/radeon*.json 2>/dev/null | head -n 1)
  if [ -z "$usual" ]; then
    icd=$(ls /usr/local/nvidia/share/vulkan/icd.d/*.json /usr/local/share/vulkan/icd.d/*.json /opt/nvidia/share/vulkan/icd.d/*.json 2>/dev/null | head -n 1)
    if [ -n "$icd" ]; then
      VK_DRIVER_FILES=$icd
      VK_ICD_FILENAMES=$icd
      export VK_DRIVER_FILES VK_ICD_FILENAMES
      echo "run: the Vulkan driver of $icd"
    fi
  fi
fi
export XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-$room}"
export HOME="${HOME:-$room}"

cp "$here/packed.json" "$out/packed.json"
quoted() { sed 's/[\\"]/ /g' | tr '\n\t' '  ' | sed 's/^ *//; s/ *$//'; }
{
  printf '{"system": "%s", ' "$(uname -srm | quoted)"
  printf '"distribution": "%s", ' "$(sed -n 's/^PRETTY_NAME=//p' /etc/os-release 2>/dev/null | quoted)"
  printf '"cpu": "%s", ' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1 | quoted)"
  printf '"cores": %s, ' "$(nproc)"
  printf '"gpu": "%s"}\n' "$(nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2>/dev/null | quoted)"
} >"$out/machine.json"
cat "$out/machine.json"

# stage NAME SECONDS COMMAND…: its output into OUT/NAME.log too, its end in a line.
failed=0
stage() {
  name=$1
  limit=$(($2 * share))
  shift 2
  echo "== $name (at most $limit s)"
  { timeout -k 5 "$limit" "$@" 2>&1; echo $? >"$room/status"; } | tee "$out/$name.log"
  status=$(cat "$room/status")
  case $status in
    0) ;;
    124 | 137) echo "run: $name did not end within $limit s" | tee -a "$out/$name.log"; failed=1 ;;
    *) echo "run: $name ended with $status" | tee -a "$out/$name.log"; failed=1 ;;
  esac
  "$room/node" "$room/gpu.js" merge --out "$out"
}

weft() { name=$1; limit=$2; shift 2; stage "$name" "$limit" "$room/node" "$room/gpu.js" "$name" --out "$out" ${adapter:+"$adapter"} "$@"; }

weft probe 60
[ -s "$out/probe.json" ] || { echo "run: no adapter to bench; see $out/probe.log"; exit 1; }
weft verify 150 --ops "${OPS:-}" --jobs "$jobs"
weft steps 150 --batches "$batches" --runs "$runs" --variants "$variants"
weft products 60
if command -v "$python" >/dev/null 2>&1; then
  stage torch 140 env LD_LIBRARY_PATH="$theirs${theirs:+:}$drivers" "$python" -u "$here/torch_bench.py" "$out" --batches "$batches" --runs "$runs" --limit $((115 * share))
else
  echo "run: no $python here, so no PyTorch beside it; PYTHON=… names one" | tee "$out/torch.log"
fi
stage bench 100 sh -c '"$0" "$1" --json --variants --only $4 $3 >"$2/bench.part" && mv "$2/bench.part" "$2/bench.json"' "$room/node" "$room/bench.js" "$out" "$adapter" "$parts"
rm -f "$out"/verifyShare*.json "$out/images.bin" "$out/labels.bin" "$out/weights.safetensors" "$out/bench.part"
echo "results: $out/weft-gpu-bench.json"
exit $failed
