function decodeUplink(input) {
  if (input.fPort !== 1) return { errors: ["unknown port"] };
  return { data: { occupied: input.bytes[0] === 1 } };
}
