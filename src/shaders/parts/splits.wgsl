// What a filter gradient sums over: output pixels, dealt to SPLIT partial sums that sumSplits adds in fixed order. With POOL
// four pixels are a 2x2 window, and dy and `which` are of the pooled image (parts/activated).
const POOL = false;
const SPLIT = 1u; // partial sums
const SHARE = 16u; // pixels of one partial sum, a multiple of 4
const ROWS = R * S * C; // of the filter
const PIXELS = select(N * P * Q, N * WINDOWS_H * WINDOWS_W * 4u, POOL);
