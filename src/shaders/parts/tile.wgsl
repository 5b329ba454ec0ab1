// Implicit matrix multiplication A [ROWS, DEPTH] · B [DEPTH, COLUMNS] through workgroup memory, for GPUs. What the
// matrices hold the kernel says: Rows, rowsOf, blockA, blockB, and where the results go: store, storeSums.
// A workgroup computes a tile of TILE_M × TILE_N. An invocation keeps QUADS_M × QUADS_N blocks of 4×4 of it in registers,
// so four reads of workgroup memory, a vec4 each, serve 64 multiply-adds. The next part of A and B is on its way from
// memory while this one is multiplied. Where the grid would be too small for large tiles, SLICES groups of invocations
// share the depth of a small one, and their sums are added in fixed order. The sum over DEPTH from
// SHARE · workgroup.z on, SHARE long, is computed; with COLUMN_SUMS that of B's columns, too.
const TILE_M = 64u;
const TILE_N = 64u;
const QUADS_M = 2u; // 1 or 2
const QUADS_N = 2u; // 1 or 2
const STEP = 16u; // depth that a slice multiplies between barriers, a multiple of 4
const SLICES = 1u;

const LANES_M = TILE_M / 4u / QUADS_M;
const LANES_N = TILE_N / 4u / QUADS_N;
const LANES_EACH = LANES_M * LANES_N; // of a slice
const LANES = LANES_EACH * SLICES;
const DEEP = STEP * SLICES;
const ACROSS_M = TILE_M / 4u; // blocks
const ACROSS_N = TILE_N / 4u;
const BLOCKS_A = ACROSS_M * (DEEP / 4u);
const BLOCKS_B = ACROSS_N * (DEEP / 4u);
const PITCH = ACROSS_M + ACROSS_N + 2u; // two more, so that what is written side by side meets other banks

const EVEN = (BLOCKS_A + BLOCKS_B) % LANES == 0u; // nobody fetches less than others
const WHOLE = SHARE % DEEP == 0u && DEPTH % DEEP == 0u; // nothing is fetched beyond the end

/** [slice][depth / 4][depth % 4][rows / 4 of A, then columns / 4 of B]; at the end sums. */
var<workgroup> room: array<array<array<array<vec4f, PITCH>, 4>, STEP / 4u>, SLICES>;

/** The place of the nth block that is fetched: x across, y along the depth. */
fn placeA(n: u32) -> vec2u {
  if (A_ALONG_DEPTH) { return vec2u(n / (DEEP / 4u), n % (DEEP / 4u)); }
  return vec2u(n % ACROSS_M, n / ACROSS_M);
}

fn placeB(n: u32) -> vec2u {
  if (B_ALONG_DEPTH) { return vec2u(n / (DEEP / 4u), n % (DEEP / 4u)); }
  return vec2u(n % ACROSS_N, n / ACROSS_N);
}

/** Is there something at depth t? */
fn within(t: u32, end: u32) -> bool {
  return WHOLE || t < end;
}

/** What one of an invocation's fetches is of: where it lies in A or B, and where it goes in the room. */
struct Fetch {
  rows: Rows, // of A
  column: u32, // of B
  along: u32, // depth from the step's beginning
  slice: u32,
  quad: u32, // of depths
  across: u32,
}

/** The nth block of A and B together. */
fn fetchOf(n: u32, row: u32, column: u32) -> Fetch {
  let a = placeA(min(n, BLOCKS_A - 1u));
  let b = placeB(select(0u, n - BLOCKS_A, n >= BLOCKS_A));
  let along = 4u * select(b.y, a.y, n < BLOCKS_A);
  let across = select(ACROSS_M + b.x, a.x, n < BLOCKS_A);
  return Fetch(rowsOf(row + 4u * a.x), column + 4u * b.x, along, along / STEP, along % STEP / 4u, across);
}

/** That block at this depth, its columns by depth. */
fn fetched(n: u32, part: Fetch, depth: u32, end: u32) -> mat4x4f {
  if (n < BLOCKS_A) { return blockA(part.rows, depth + part.along, end); }
  if (EVEN || n < BLOCKS_A + BLOCKS_B) { return blockB(depth + part.along, part.column, end); }
  return mat4x4f();
}

fn keep(n: u32, part: Fetch, block: mat4x4f) {
  if (!EVEN && n >= BLOCKS_A + BLOCKS_B) { return; }
  room[part.slice][part.quad][0][part.across] = block[0];
  room[part.slice][part.quad][1][part.across] = block[1];
  room[part.slice][part.quad][2][part.across] = block[2];
  room[part.slice][part.quad][3][part.across] = block[3];
}

fn sumOf(n: u32, block: mat4x4f) -> vec4f {
  if (n < BLOCKS_A || (!EVEN && n >= BLOCKS_A + BLOCKS_B)) { return vec4f(); }
  return (block[0] + block[1]) + (block[2] + block[3]);
}

fn multiplied(sums: mat4x4f, a: vec4f, b: vec4f) -> mat4x4f {
  return mat4x4f(sums[0] + a.x * b, sums[1] + a.y * b, sums[2] + a.z * b, sums[3] + a.w * b);
}

/** What an invocation has in registers: the blocks of its results. */
struct Sums {
  s00: mat4x4f,
  s01: mat4x4f,
  s10: mat4x4f,
  s11: mat4x4f,
}

/** Adds the products at one depth. Called with constants, so that no address is computed. */
fn advance(sums: ptr<function, Sums>, slice: u32, d: u32, laneM: u32, laneN: u32) {
  let a0 = room[slice][d / 4u][d % 4u][laneM];
  let b0 = room[slice][d / 4u][d % 4u][ACROSS_M + laneN];
  sums.s00 = multiplied(sums.s00, a0, b0);
  if (QUADS_M == 2u) { sums.s10 = multiplied(sums.s10, room[slice][d / 4u][d % 4u][LANES_M + laneM], b0); }
  if (QUADS_N == 2u) {
    let b1 = room[slice][d / 4u][d % 4u][ACROSS_M + LANES_N + laneN];
    sums.s01 = multiplied(sums.s01, a0, b1);
    if (QUADS_M == 2u) { sums.s11 = multiplied(sums.s11, room[slice][d / 4u][d % 4u][LANES_M + laneM], b1); }
  }
}

/** Where the nth vec4 of the room is. */
fn slot(n: u32) -> vec4u {
  return vec4u(n / (STEP * PITCH), n / (4u * PITCH) % (STEP / 4u), n / PITCH % 4u, n % PITCH);
}

fn put(n: u32, value: vec4f) {
  let at = slot(n);
  room[at.x][at.y][at.z][at.w] = value;
}

fn got(n: u32) -> vec4f {
  let at = slot(n);
  return room[at.x][at.y][at.z][at.w];
}

/** The sum of all slices, in the first: the upper half hands its own to the lower half, until one is left. */
fn summed(block: mat4x4f, slice: u32, lane: u32) -> mat4x4f {
  var sum = block;
  for (var half = SLICES / 2u; half > 0u; half /= 2u) {
    let at = 4u * (lane - select(0u, half * LANES_EACH, slice >= half));
    workgroupBarrier();
    if (slice >= half && slice < 2u * half) {
      put(at, sum[0]);
      put(at + 1u, sum[1]);
      put(at + 2u, sum[2]);
      put(at + 3u, sum[3]);
    }
    workgroupBarrier();
    if (slice < half) { sum += mat4x4f(got(at), got(at + 1u), got(at + 2u), got(at + 3u)); }
  }
  return sum;
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = workgroup.x * TILE_M;
  let column = workgroup.y * TILE_N;
  let start = workgroup.z * SHARE;
  let end = min(start + SHARE, DEPTH);
  let slice = lane / LANES_EACH;
  let laneM = lane / LANES_N % LANES_M;
  let laneN = lane % LANES_N;
  var sums: Sums;
  var columnSum = vec4f();

  // Up to two blocks are an invocation's to fetch.
  let part0 = fetchOf(lane, row, column);
  let part1 = fetchOf(lane + LANES, row, column);
  var next0 = fetched(lane, part0, start, end);
  var next1 = mat4x4f();
  if (BLOCKS_A + BLOCKS_B > LANES) { next1 = fetched(lane + LANES, part1, start, end); }

  for (var depth = start; depth < end; depth += DEEP) {
    workgroupBarrier(); // the last step's reads are over
    keep(lane, part0, next0);
    if (BLOCKS_A + BLOCKS_B > LANES) { keep(lane + LANES, part1, next1); }
    if (COLUMN_SUMS && row == 0u) { columnSum += sumOf(lane, next0) + sumOf(lane + LANES, next1); }
    workgroupBarrier();
    if (depth + DEEP < end) {
      next0 = fetched(lane, part0, depth + DEEP, end);
      if (BLOCKS_A + BLOCKS_B > LANES) { next1 = fetched(lane + LANES, part1, depth + DEEP, end); }
    }
    // Written out: AMD's compiler (RADV) left it a loop, and with it an address to compute for each read.
    advance(&sums, slice, 0u, laneM, laneN);
    advance(&sums, slice, 1u, laneM, laneN);
    advance(&sums, slice, 2u, laneM, laneN);
    advance(&sums, slice, 3u, laneM, laneN);
    if (STEP > 4u) {
      advance(&sums, slice, 4u, laneM, laneN);
      advance(&sums, slice, 5u, laneM, laneN);
      advance(&sums, slice, 6u, laneM, laneN);
      advance(&sums, slice, 7u, laneM, laneN);
    }
    if (STEP > 8u) {
      advance(&sums, slice, 8u, laneM, laneN);
      advance(&sums, slice, 9u, laneM, laneN);
      advance(&sums, slice, 10u, laneM, laneN);
      advance(&sums, slice, 11u, laneM, laneN);
      advance(&sums, slice, 12u, laneM, laneN);
      advance(&sums, slice, 13u, laneM, laneN);
      advance(&sums, slice, 14u, laneM, laneN);
      advance(&sums, slice, 15u, laneM, laneN);
    }
  }

  if (COLUMN_SUMS && row == 0u) {
    workgroupBarrier();
    put(lane, columnSum); // the blocks of B that an invocation fetched lie below each other
    workgroupBarrier();
    if (lane < ACROSS_N) {
      var sum = vec4f();
      for (var i = lane; i < LANES; i += ACROSS_N) { sum += got(i); }
      storeSums(workgroup.z, column + 4u * lane, sum);
    }
  }
  if (SLICES > 1u) {
    sums.s00 = summed(sums.s00, slice, lane);
    if (QUADS_M == 2u) { sums.s10 = summed(sums.s10, slice, lane); }
    if (QUADS_N == 2u) { sums.s01 = summed(sums.s01, slice, lane); }
    if (QUADS_M == 2u && QUADS_N == 2u) { sums.s11 = summed(sums.s11, slice, lane); }
  }
  if (slice > 0u) { return; }
  let m = row + 4u * laneM;
  let n = column + 4u * laneN;
  store(workgroup.z, m, n, sums.s00);
  if (QUADS_M == 2u) { store(workgroup.z, m + 4u * LANES_M, n, sums.s10); }
  if (QUADS_N == 2u) { store(workgroup.z, m, n + 4u * LANES_N, sums.s01); }
  if (QUADS_M == 2u && QUADS_N == 2u) { store(workgroup.z, m + 4u * LANES_M, n + 4u * LANES_N, sums.s11); }
}
