"""The same network in PyTorch: first its losses beside weft's, in float64 and float32, then its times.

Usage: python3 torch_bench.py DIR [--batches 128,512,2048] [--runs 15] [--limit 150]
Reads what weft left in DIR (weights.safetensors, images.bin, labels.bin, steps.json), writes DIR/torch.json.

One step does what weft's does: it draws a batch of bytes that lie on the GPU, scales it, runs forward and
backward with dropout, and moves the weights by Adam. Ways: eager with Adam as it comes, eager with the fused Adam,
torch.compile, and each of the last two recorded as a CUDA graph; in float32 with TF32 off, and with TF32 on.
"""
import argparse
import json
import math
import os
import struct
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("dir")
parser.add_argument("--batches", default="128,512,2048")
parser.add_argument("--runs", type=int, default=15)
parser.add_argument("--limit", type=float, default=150, help="seconds after which no further way is begun")
args = parser.parse_args()
started = time.monotonic()


def save(result):
    with open(os.path.join(args.dir, "torch.json"), "w") as file:
        json.dump(result, file)


try:
    import torch
    from torch import nn
    from torch.nn import functional as F
except ImportError as error:
    print(f"torch: no PyTorch in {sys.executable} ({error}); PYTHON=… names another Python")
    save({"missing": str(error)})
    sys.exit(0)

cuda = torch.cuda.is_available()
device = torch.device("cuda" if cuda else "cpu")
batches = [int(batch) for batch in args.batches.split(",")]
LR = 0.001


def at(name):
    return os.path.join(args.dir, name)


if not os.path.exists(at("steps.json")):
    print("torch: weft left no steps.json to be held against")
    save({"missing": "the steps of weft"})
    sys.exit(0)


def read_safetensors(path):
    """Name to float64 tensor; the format is a length, a JSON header and the bytes."""
    with open(path, "rb") as file:
        data = bytearray(file.read())
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(bytes(data[8 : 8 + length]).decode())
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        flat = torch.frombuffer(bytearray(data[begin:end]), dtype=torch.float32)
        tensors[name] = flat.reshape(entry["shape"]).double()
    return tensors


class Reference(nn.Module):
    """src/nn/referenceNetwork.ts, layer by layer."""

    def __init__(self, dropout):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3)
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.conv3 = nn.Conv2d(64, 128, 3)
        self.fc1 = nn.Linear(1152, 128)
        self.fc2 = nn.Linear(128, 10)
        self.dropout = nn.Dropout(0.5) if dropout else nn.Identity()

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x)).flatten(1)
        return self.fc2(self.dropout(F.relu(self.fc1(x))))


def network(weights, dtype, dropout):
    """Filters come as [R,S,C,K] and the first dense layer counts its inputs as h, w, c: turned to PyTorch's order."""
    model = Reference(dropout)
    turned = {}
    for name, tensor in weights.items():
        if name == "fc1.weight":
            tensor = tensor.reshape(3, 3, 128, 128).permute(3, 2, 0, 1).reshape(128, 1152)
        elif name.endswith(".weight"):
            tensor = tensor.permute(3, 2, 0, 1) if tensor.dim() == 4 else tensor.t()
        turned[name] = tensor.contiguous()
    model.load_state_dict(turned)
    return model.to(device=device, dtype=dtype)


def use_tf32(on):
    torch.backends.cuda.matmul.allow_tf32 = on
    torch.backends.cudnn.allow_tf32 = on


def curve(weights, images, labels, batch, steps, dtype):
    """Losses of the first steps, dropout left out, every step over the same images."""
    model = network(weights, dtype, dropout=False)
    optimizer = torch.optim.Adam(model.parameters(), lr=LR)
    x = images[:batch].to(dtype).div(255).reshape(-1, 1, 28, 28)
    y = labels[:batch]
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def finish():
    if cuda:
        torch.cuda.synchronize()


def eager_step(weights, images, labels, batch, fused=False, capturable=False, compiled=False):
    """A training step as a function, its batch drawn on the GPU; `advance` moves to the next one."""
    model = network(weights, torch.float32, dropout=True)
    options = {"fused": True} if fused else {}
    if capturable:
        options["capturable"] = True
    optimizer = torch.optim.Adam(model.parameters(), lr=LR, **options)
    count = images.shape[0]
    order = torch.randperm(count, device=device)
    cursor = torch.zeros((), dtype=torch.int64, device=device)
    lanes = torch.arange(batch, device=device)
    last = torch.zeros((), device=device)

    def loss_of(cursor):
        index = order[(lanes + cursor) % count]
        x = images[index].float().div(255).reshape(-1, 1, 28, 28)
        return F.cross_entropy(model(x), labels[index])

    forward = torch.compile(loss_of, dynamic=False) if compiled else loss_of

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = forward(cursor)
        loss.backward()
        optimizer.step()
        last.copy_(loss.detach())
        cursor.add_(batch)

    step.last = last
    return step


def recorded(step):
    """The step as a CUDA graph."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()

    def replay():
        graph.replay()

    replay.last = step.last
    replay.graph = graph
    return replay


def spread(samples):
    ordered = sorted(samples)
    pick = lambda share: ordered[round(share * (len(ordered) - 1))]
    return {"medianMs": pick(0.5), "lowMs": pick(0.05), "highMs": pick(0.95)}


def timed(f, runs, target_ms=200, most=256):
    """Median ms of f by the wall clock, so many calls a run that waiting for the end does not count."""

    def run(times):
        begin = time.perf_counter()
        for _ in range(times):
            f()
        finish()
        return 1000 * (time.perf_counter() - begin)

    run(3)
    each = run(4) / 4
    calls = max(1, min(most, math.ceil(target_ms / each)))
    run(calls)
    return {**spread([run(calls) / calls for _ in range(runs)]), "stepsARun": calls, "runs": runs}


WAYS = {
    "eager": {},
    "eager, fused Adam": {"fused": True},
    "CUDA graph": {"fused": True, "capturable": True, "graph": True},
    "torch.compile": {"fused": True, "compiled": True},
    "torch.compile, CUDA graph": {"fused": True, "capturable": True, "compiled": True, "graph": True},
}


def why_not(way):
    if not cuda and (way.get("graph") or way.get("fused")):
        return "no CUDA device"
    if way.get("compiled") and not hasattr(torch, "compile"):
        return f"PyTorch {torch.__version__} has no torch.compile"
    if way.get("compiled") and not cuda:
        return "no CUDA device"
    if time.monotonic() - started > args.limit:
        return f"the limit of {args.limit:g} s was reached"
    return None


def time_steps(weights, images, labels, batch, tf32, name):
    way = WAYS[name]
    entry = {"batch": batch, "way": name, "tf32": tf32}
    reason = why_not(way)
    if reason:
        return {**entry, "skipped": reason}
    use_tf32(tf32)
    try:
        options = {key: value for key, value in way.items() if key != "graph"}
        begin = time.perf_counter()
        step = eager_step(weights, images, labels, batch, **options)
        if way.get("graph"):
            step = recorded(step)
        step()
        finish()
        first = 1000 * (time.perf_counter() - begin)
        entry.update(firstMs=first, step=timed(step, args.runs), loss=step.last.item())
    except Exception as error:  # one way that fails takes no other with it
        entry["failed"] = f"{type(error).__name__}: {error}"[:500]
    return entry


def time_kernels(tf32):
    """What cuBLAS and cuDNN make of the usual shapes: GFLOP/s."""
    use_tf32(tf32)
    found = []

    def add(name, flops, f):
        time_ = timed(f, args.runs, target_ms=50)
        found.append({"kernel": name, "tf32": tf32, **time_, "gflops": flops / time_["medianMs"] / 1e6})

    sizes = (512, 1024, 2048, 4096) if cuda else (512,)
    for n in sizes:
        a, b = (torch.rand(n, n, device=device) - 0.5 for _ in range(2))
        y = torch.empty(n, n, device=device)
        add(f"matmul {n}", 2 * n**3, lambda: torch.mm(a, b, out=y))
    for c, k, size in ((32, 64, 13), (64, 128, 5)):
        x = torch.rand(128, c, size, size, device=device)
        w = torch.rand(k, c, 3, 3, device=device) - 0.5
        flops = 2 * 128 * (size - 2) ** 2 * k * c * 9
        add(f"conv 3x3 {c}→{k} of {size}x{size}", flops, lambda: F.conv2d(x, w))
        for layout in (torch.channels_last,):
            xl, wl = x.to(memory_format=layout), w.to(memory_format=layout)
            add(f"conv 3x3 {c}→{k} of {size}x{size}, channels last", flops, lambda: F.conv2d(xl, wl))
    return found


def main():
    name = torch.cuda.get_device_name() if cuda else "CPU"
    result = {
        "torch": torch.__version__,
        "python": sys.version.split()[0],
        "cuda": torch.version.cuda,
        "cudnn": torch.backends.cudnn.version() if cuda else None,
        "device": name,
        "threads": torch.get_num_threads(),
        "curves": [],
        "steps": [],
        "kernels": [],
    }
    print(f"torch: {torch.__version__} on {name}")
    weights = read_safetensors(at("weights.safetensors"))
    with open(at("images.bin"), "rb") as file:
        images = torch.frombuffer(bytearray(file.read()), dtype=torch.uint8).reshape(-1, 784)
    with open(at("labels.bin"), "rb") as file:
        labels = torch.frombuffer(bytearray(file.read()), dtype=torch.uint8).long()
    images, labels = images.to(device), labels.to(device)
    with open(at("steps.json")) as file:
        ours = json.load(file)

    use_tf32(False)
    for batch in batches:
        steps = ours["curveSteps"]
        exact = curve(weights, images, labels, batch, steps, torch.float64)
        single = curve(weights, images, labels, batch, steps, torch.float32)
        far = lambda losses: max(abs(a - b) / abs(b) for a, b in zip(losses, exact))
        entry = {"batch": batch, "float64": exact, "float32Off": far(single), "weftOff": {}}
        for mine in ours["curves"]:
            if mine["batch"] == batch:
                entry["weftOff"][mine["variant"]] = far(mine["loss"])
        result["curves"].append(entry)
        shown = ", ".join(f"{variant} {off:.1e}" for variant, off in entry["weftOff"].items())
        print(f"torch: batch {batch}, {steps} losses against float64: PyTorch float32 off by {entry['float32Off']:.1e}, weft {shown}")
    save(result)

    many = max(8192, 4 * max(batches))
    images = images.repeat(math.ceil(many / images.shape[0]), 1)[:many]
    labels = labels.repeat(math.ceil(many / labels.shape[0]))[:many]
    kinds = (False, True) if cuda else (False,)
    for compiled in (False, True):  # what compiles comes last: it may use up the time
        for batch in batches:
            for tf32 in kinds:
                for way in (name for name in WAYS if ("compiled" in WAYS[name]) == compiled):
                    entry = time_steps(weights, images, labels, batch, tf32, way)
                    result["steps"].append(entry)
                    shown = f"{entry['step']['medianMs']:.3f} ms" if "step" in entry else entry.get("skipped") or entry["failed"]
                    print(f"torch: batch {batch}, TF32 {'on' if tf32 else 'off'}, {way}: {shown}")
                    save(result)
        if not compiled:
            for tf32 in kinds:
                result["kernels"] += time_kernels(tf32)
            save(result)
    for entry in result["kernels"]:
        print(f"torch: {entry['kernel']}, TF32 {'on' if entry['tf32'] else 'off'}: {entry['gflops']:.0f} GFLOP/s")
    save(result)


main()
