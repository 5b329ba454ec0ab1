// The shape of a convolution in GROUPS, signed: as parts/conv, but channels are counted in Values.
const N = 1i;
const H = 1i;
const W = 1i;
const C = 1i; // in Values, as K and GROUPS
const K = 1i;
const R = 1i;
const S = 1i;
const P = 1i;
const Q = 1i;
const STRIDE_H = 1i;
const STRIDE_W = 1i;
const DILATION_H = 1i;
const DILATION_W = 1i;
const TOP = 0i;
const LEFT = 0i;
const GROUPS = 1i;

const CHANNELS = C / GROUPS; // of an input that one group has
const OUTPUTS = K / GROUPS;
