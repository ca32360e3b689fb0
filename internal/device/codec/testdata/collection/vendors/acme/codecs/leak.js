function Decode(fPort, bytes, variables) { return { leak: bytes[0] === 1, level: bytes[1] / 10 }; }
