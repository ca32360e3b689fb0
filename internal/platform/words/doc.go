// Package words holds what linli says, in Chinese first and complete English.
//
// Code names a sentence by its key; each room brings its sentences in
// words/zh.toml (the source) and words/en.toml. A key that is missing in one
// language, or used in code and nowhere written, fails a test.
//
// A sentence may hold {name} places for arguments. In English a key ending in
// ".one" beside it is taken when the argument n is 1.
//
// The package also writes dates, durations, money and areas the way people
// read them: Asia/Shanghai, yuan, square metres. Inside the house these stay
// UTC milliseconds, fen and 0.01 m².
package words
