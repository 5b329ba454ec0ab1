// The shape of a convolution: N images H × W of C channels, filters R × S to K channels, P × Q of the result. A tap looks
// at row p · STRIDE_H + r · DILATION_H − TOP of its image. A dense layer is one of images of one pixel.
const N = 1u;
const H = 3u;
const W = 3u;
const C = 4u;
const K = 4u;
const R = 1u;
const S = 1u;
const P = 3u;
const Q = 3u;
const STRIDE_H = 1u;
const STRIDE_W = 1u;
const DILATION_H = 1u;
const DILATION_W = 1u;
const TOP = 0u;
const LEFT = 0u;

// Whole 2x2 windows of the result, for kernels that pool it.
const WINDOWS_H = max(P / 2u, 1u);
const WINDOWS_W = max(Q / 2u, 1u);
