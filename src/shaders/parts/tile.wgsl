// Implicit matrix multiplication A [ROWS, DEPTH] · B [DEPTH, COLUMNS] through workgroup memory, for GPUs. What the
// matrices hold the kernel says, four values at a time, of A as of B: where they lie, Row and rowOf (Column and columnOf);
// how they are loaded, LoadA and loadA (LoadB and loadB); what of that counts, valueA (valueB). And where the results go:
// store, which may be storeRows where the kernel has storeRow, and storeSums. The four values lie along the depth with A_ALONG_DEPTH (B_ALONG_DEPTH), else across.
// A workgroup computes a tile of TILE_M × TILE_N. An invocation keeps QUADS_M × QUADS_N blocks of 4×4 of it in registers,
// so four reads of workgroup memory, a vec4 each, serve 64 multiply-adds. The next part of A and B is on its way from
// memory while this one is multiplied: it is loaded without a branch, and nobody looks at it before it is kept, or AMD's
// compiler (RADV) waits for it at once. Where the grid would be too small for large tiles, SLICES groups of invocations
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
const LOADS_A = TILE_M * DEEP / 4u / LANES; // of an invocation and a step: 1, 2 or 4
const LOADS_B = TILE_N * DEEP / 4u / LANES;
// Four loads fill a block and turn it, so that its lines are of one depth each. Fewer keep lines as they are loaded.
const A_LINES = A_ALONG_DEPTH && LOADS_A < 4u;
const B_LINES = B_ALONG_DEPTH && LOADS_B < 4u;
const WHOLE = SHARE % DEEP == 0u && DEPTH % DEEP == 0u; // nothing is loaded beyond the end

/** 4×4 of a matrix, a line along the depth or across, as it is loaded. */
alias Block = array<vec4f, 4>;

/** The blocks of four rows or columns. */
struct Line {
  blocks: array<Block, STEP / 4u>,
  apart: vec4f, // so that lines that are read at once lie in other banks
}

/** Lines of A, then of B. At the end it holds sums. */
var<workgroup> room: array<array<Line, ACROSS_M + ACROSS_N>, SLICES>;

/** Is there something at depth t? */
fn within(t: u32, end: u32) -> bool {
  return WHOLE || t < end;
}

/** What an invocation's first load is of; the others follow it, across what lies along the depth and the other way round. */
struct Place {
  across: u32, // row or column of the tile
  along: u32, // depth from the step's beginning
}

/** Neighbors take what lies next to each other in memory. */
fn placeOf(lane: u32, alongDepth: bool, across: u32, loads: u32) -> Place {
  if (alongDepth) { return Place(lane / (DEEP / 4u) * loads, lane % (DEEP / 4u) * 4u); }
  return Place(lane % across * 4u, lane / across * loads);
}

/** The row of A that the nth of an invocation's loads begins at. */
fn rowAt(first: u32, place: Place, n: u32) -> Row {
  return rowOf(first + place.across + select(0u, n, A_ALONG_DEPTH));
}

fn columnAt(first: u32, place: Place, n: u32) -> Column {
  return columnOf(first + place.across + select(0u, n, B_ALONG_DEPTH));
}

/** The line of its block that an invocation's first load is. */
fn lineOf(place: Place, alongDepth: bool, loads: u32) -> u32 {
  if (loads == 4u) { return 0u; }
  return select(place.along, place.across, alongDepth) % 4u;
}

fn turned(block: mat4x4f, isTurned: bool) -> mat4x4f {
  if (isTurned) { return transpose(block); }
  return block;
}

/** What a block holds of one of its four depths. Lines along the depth are read again for each, which every compiler sees. */
fn valuesAt(slice: u32, across: u32, quad: u32, d: u32, areLines: bool) -> vec4f {
  if (areLines) {
    let line0 = room[slice][across].blocks[quad][0];
    let line1 = room[slice][across].blocks[quad][1];
    let line2 = room[slice][across].blocks[quad][2];
    let line3 = room[slice][across].blocks[quad][3];
    return vec4f(line0[d], line1[d], line2[d], line3[d]);
  }
  return room[slice][across].blocks[quad][d];
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

/** Adds the products at one depth of four. */
fn advanceAt(sums: ptr<function, Sums>, slice: u32, quad: u32, d: u32, laneM: u32, laneN: u32) {
  let a0 = valuesAt(slice, laneM, quad, d, A_LINES);
  let b0 = valuesAt(slice, ACROSS_M + laneN, quad, d, B_LINES);
  sums.s00 = multiplied(sums.s00, a0, b0);
  var a1 = a0;
  if (QUADS_M == 2u) {
    a1 = valuesAt(slice, LANES_M + laneM, quad, d, A_LINES);
    sums.s10 = multiplied(sums.s10, a1, b0);
  }
  if (QUADS_N == 2u) {
    let b1 = valuesAt(slice, ACROSS_M + LANES_N + laneN, quad, d, B_LINES);
    sums.s01 = multiplied(sums.s01, a0, b1);
    if (QUADS_M == 2u) { sums.s11 = multiplied(sums.s11, a1, b1); }
  }
}

/** Adds the products at four depths. Called with a constant, so that no address is computed. */
fn advance(sums: ptr<function, Sums>, slice: u32, quad: u32, laneM: u32, laneN: u32) {
  advanceAt(sums, slice, quad, 0u, laneM, laneN);
  advanceAt(sums, slice, quad, 1u, laneM, laneN);
  advanceAt(sums, slice, quad, 2u, laneM, laneN);
  advanceAt(sums, slice, quad, 3u, laneM, laneN);
}

/** Stores four rows of four columns one after another. */
fn storeRows(split: u32, row: u32, column: u32, sums: mat4x4f) {
  storeRow(split, row, column, sums[0]);
  storeRow(split, row + 1u, column, sums[1]);
  storeRow(split, row + 2u, column, sums[2]);
  storeRow(split, row + 3u, column, sums[3]);
}

/** Where the nth vec4 of the room is: slice, line, block, and which of its four. */
fn slot(n: u32) -> vec4u {
  let line = n / STEP;
  return vec4u(line / (ACROSS_M + ACROSS_N), line % (ACROSS_M + ACROSS_N), n / 4u % (STEP / 4u), n % 4u);
}

fn put(n: u32, value: vec4f) {
  let at = slot(n);
  room[at.x][at.y].blocks[at.z][at.w] = value;
}

fn got(n: u32) -> vec4f {
  let at = slot(n);
  return room[at.x][at.y].blocks[at.z][at.w];
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

/** What an invocation loads again and again. */
struct Sources {
  a: Place,
  b: Place,
  row0: Row,
  row1: Row,
  row2: Row,
  row3: Row,
  column0: Column,
  column1: Column,
  column2: Column,
  column3: Column,
}

fn sourcesOf(lane: u32, row: u32, column: u32) -> Sources {
  let a = placeOf(lane, A_ALONG_DEPTH, ACROSS_M, LOADS_A);
  let b = placeOf(lane, B_ALONG_DEPTH, ACROSS_N, LOADS_B);
  return Sources(
    a, b, rowAt(row, a, 0u), rowAt(row, a, 1u), rowAt(row, a, 2u), rowAt(row, a, 3u),
    columnAt(column, b, 0u), columnAt(column, b, 1u), columnAt(column, b, 2u), columnAt(column, b, 3u));
}

/** What is on its way. */
struct Loads {
  a0: LoadA,
  a1: LoadA,
  a2: LoadA,
  a3: LoadA,
  b0: LoadB,
  b1: LoadB,
  b2: LoadB,
  b3: LoadB,
}

fn loaded(sources: Sources, depth: u32, end: u32) -> Loads {
  var loads: Loads;
  loads.a0 = loadA(sources.row0, depth, sources.a.along, 0u, end);
  if (LOADS_A > 1u) { loads.a1 = loadA(sources.row1, depth, sources.a.along, 1u, end); }
  if (LOADS_A > 2u) {
    loads.a2 = loadA(sources.row2, depth, sources.a.along, 2u, end);
    loads.a3 = loadA(sources.row3, depth, sources.a.along, 3u, end);
  }
  loads.b0 = loadB(sources.column0, depth, sources.b.along, 0u, end);
  if (LOADS_B > 1u) { loads.b1 = loadB(sources.column1, depth, sources.b.along, 1u, end); }
  if (LOADS_B > 2u) {
    loads.b2 = loadB(sources.column2, depth, sources.b.along, 2u, end);
    loads.b3 = loadB(sources.column3, depth, sources.b.along, 3u, end);
  }
  return loads;
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

  let sources = sourcesOf(lane, row, column);

  // Where this invocation’s loads go: found once.
  let atA = sources.a;
  let atB = sources.b;
  let lineA = lineOf(atA, A_ALONG_DEPTH, LOADS_A);
  let lineB = lineOf(atB, B_ALONG_DEPTH, LOADS_B);
  let toA = &room[atA.along / STEP][atA.across / 4u].blocks[atA.along % STEP / 4u];
  let toB = &room[atB.along / STEP][ACROSS_M + atB.across / 4u].blocks[atB.along % STEP / 4u];

  var loads = loaded(sources, start, end);
  let last = start + (max(end - start, 1u) - 1u) / DEEP * DEEP;
  for (var depth = start; depth < end; depth += DEEP) {
    workgroupBarrier(); // the last step's reads are over
    let a = turned(mat4x4f(valueA(loads.a0), valueA(loads.a1), valueA(loads.a2), valueA(loads.a3)), A_ALONG_DEPTH && !A_LINES);
    let b = turned(mat4x4f(valueB(loads.b0), valueB(loads.b1), valueB(loads.b2), valueB(loads.b3)), B_ALONG_DEPTH && !B_LINES);
    (*toA)[lineA] = a[0];
    if (LOADS_A > 1u) { (*toA)[lineA + 1u] = a[1]; }
    if (LOADS_A > 2u) {
      (*toA)[lineA + 2u] = a[2];
      (*toA)[lineA + 3u] = a[3];
    }
    (*toB)[lineB] = b[0];
    if (LOADS_B > 1u) { (*toB)[lineB + 1u] = b[1]; }
    if (LOADS_B > 2u) {
      (*toB)[lineB + 2u] = b[2];
      (*toB)[lineB + 3u] = b[3];
    }
    if (COLUMN_SUMS && row == 0u) {
      columnSum += b[0];
      if (LOADS_B > 1u) { columnSum += b[1]; }
      if (LOADS_B > 2u) { columnSum += b[2] + b[3]; }
    }
    workgroupBarrier();
    loads = loaded(sources, min(depth + DEEP, last), end); // in the last turn in vain
    // Written out: AMD's compiler (RADV) left it a loop, and with it an address to compute for each read.
    for (var d = 0u; d < STEP / 4u; d++) { // unroll
      advance(&sums, slice, d, laneM, laneN);
    }
  }

  if (COLUMN_SUMS && row == 0u) {
    workgroupBarrier();
    put(lane, columnSum); // what an invocation loaded of B lies below each other
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
