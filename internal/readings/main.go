package main

import (
	"fmt"

	"github.com/mozillazg/go-pinyin"
)

func main() {
	args := pinyin.NewArgs()
	for r := rune(0x3400); r < 0xa000; r++ {
		if s := pinyin.SinglePinyin(r, args); len(s) > 0 {
			fmt.Printf("%c %s\n", r, s[0])
		}
	}
}
