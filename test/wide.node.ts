// Imported before anything opens a device: lavapipe with vectors, and so subgroups, of eight lanes, as it has them itself.
process.env['LP_NATIVE_VECTOR_WIDTH'] = '256';
