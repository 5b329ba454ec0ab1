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
const KEPT = QUADS_M * QUADS_N * 4u; // vec4s of results that an invocation keeps

/** [slice][depth][rows / 4 of A, then columns / 4 of B]; at the end sums. */
var<workgroup> room: array<array<array<vec4f, PITCH>, STEP>, SLICES>;

/** The place of the nth block that is fetched: x across, y along the depth. */
fn placeA(n: u32) -> vec2u {
  if (A_ALONG_DEPTH) { return vec2u(n / (DEEP / 4u), n % (DEEP / 4u)); }
  return vec2u(n % ACROSS_M, n / ACROSS_M);
}

fn placeB(n: u32) -> vec2u {
  if (B_ALONG_DEPTH) { return vec2u(n / (DEEP / 4u), n % (DEEP / 4u)); }
  return vec2u(n % ACROSS_N, n / ACROSS_N);
}

/** The nth block of A and B together at this depth, its columns by depth. */
fn fetched(n: u32, rows: Rows, column: u32, depth: u32, end: u32) -> mat4x4f {
  if (n < BLOCKS_A) { return blockA(rows, depth + 4u * placeA(n).y, end); }
  if (n < BLOCKS_A + BLOCKS_B) {
    let place = placeB(n - BLOCKS_A);
    return blockB(depth + 4u * place.y, column + 4u * place.x, end);
  }
  return mat4x4f();
}

fn keep(n: u32, block: mat4x4f) {
  if (n >= BLOCKS_A + BLOCKS_B) { return; }
  var place = placeA(n);
  if (n >= BLOCKS_A) { place = placeB(n - BLOCKS_A) + vec2u(ACROSS_M, 0u); }
  let slice = 4u * place.y / STEP;
  let d = 4u * place.y % STEP;
  room[slice][d][place.x] = block[0];
  room[slice][d + 1u][place.x] = block[1];
  room[slice][d + 2u][place.x] = block[2];
  room[slice][d + 3u][place.x] = block[3];
}

fn sumOf(n: u32, block: mat4x4f) -> vec4f {
  if (n < BLOCKS_A || n >= BLOCKS_A + BLOCKS_B) { return vec4f(); }
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
  let a0 = room[slice][d][laneM];
  let b0 = room[slice][d][ACROSS_M + laneN];
  sums.s00 = multiplied(sums.s00, a0, b0);
  if (QUADS_M == 2u) { sums.s10 = multiplied(sums.s10, room[slice][d][LANES_M + laneM], b0); }
  if (QUADS_N == 2u) {
    let b1 = room[slice][d][ACROSS_M + LANES_N + laneN];
    sums.s01 = multiplied(sums.s01, a0, b1);
    if (QUADS_M == 2u) { sums.s11 = multiplied(sums.s11, room[slice][d][LANES_M + laneM], b1); }
  }
}

/** The nth vec4 of the room. */
fn slot(n: u32) -> vec3u {
  return vec3u(n / (STEP * PITCH), n / PITCH % STEP, n % PITCH);
}

fn put(n: u32, value: vec4f) {
  let at = slot(n);
  room[at.x][at.y][at.z] = value;
}

fn got(n: u32) -> vec4f {
  let at = slot(n);
  return room[at.x][at.y][at.z];
}

fn putBlock(n: u32, block: mat4x4f) {
  put(n, block[0]);
  put(n + 1u, block[1]);
  put(n + 2u, block[2]);
  put(n + 3u, block[3]);
}

fn gotBlock(n: u32) -> mat4x4f {
  return mat4x4f(got(n), got(n + 1u), got(n + 2u), got(n + 3u));
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
  let rows0 = rowsOf(row + 4u * placeA(min(lane, BLOCKS_A - 1u)).x);
  let rows1 = rowsOf(row + 4u * placeA(min(lane + LANES, BLOCKS_A - 1u)).x);
  var next0 = fetched(lane, rows0, column, start, end);
  var next1 = mat4x4f();
  if (BLOCKS_A + BLOCKS_B > LANES) { next1 = fetched(lane + LANES, rows1, column, start, end); }

  for (var depth = start; depth < end; depth += DEEP) {
    workgroupBarrier(); // the last step's reads are over
    keep(lane, next0);
    if (BLOCKS_A + BLOCKS_B > LANES) { keep(lane + LANES, next1); }
    if (COLUMN_SUMS && row == 0u) { columnSum += sumOf(lane, next0) + sumOf(lane + LANES, next1); }
    workgroupBarrier();
    if (depth + DEEP < end) {
      next0 = fetched(lane, rows0, column, depth + DEEP, end);
      if (BLOCKS_A + BLOCKS_B > LANES) { next1 = fetched(lane + LANES, rows1, column, depth + DEEP, end); }
    }
    // Written out, since no compiler unrolls it.
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
  // The upper half of the slices hands its sums to the lower half, until one has them all.
  for (var half = SLICES / 2u; half > 0u; half /= 2u) {
    let at = (lane - select(0u, half * LANES_EACH, slice >= half)) * KEPT;
    workgroupBarrier();
    if (slice >= half && slice < 2u * half) {
      putBlock(at, sums.s00);
      if (QUADS_M == 2u) { putBlock(at + 4u, sums.s10); }
      if (QUADS_N == 2u) { putBlock(at + 8u, sums.s01); }
      if (QUADS_M == 2u && QUADS_N == 2u) { putBlock(at + 12u, sums.s11); }
    }
    workgroupBarrier();
    if (slice < half) {
      sums.s00 += gotBlock(at);
      if (QUADS_M == 2u) { sums.s10 += gotBlock(at + 4u); }
      if (QUADS_N == 2u) { sums.s01 += gotBlock(at + 8u); }
      if (QUADS_M == 2u && QUADS_N == 2u) { sums.s11 += gotBlock(at + 12u); }
    }
  }
  if (slice > 0u) { return; }
  let m = row + 4u * laneM;
  let n = column + 4u * laneN;
  store(workgroup.z, m, n, sums.s00);
  if (QUADS_M == 2u) { store(workgroup.z, m + 4u * LANES_M, n, sums.s10); }
  if (QUADS_N == 2u) { store(workgroup.z, m, n + 4u * LANES_N, sums.s01); }
  if (QUADS_M == 2u && QUADS_N == 2u) { store(workgroup.z, m + 4u * LANES_M, n + 4u * LANES_N, sums.s11); }
}
