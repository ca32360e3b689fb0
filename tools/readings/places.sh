#!/usr/bin/env bash
# Writes internal/platform/text/places.txt anew: names of places in China that are
# read otherwise than the commonest readings of their characters, as streets and
# estates everywhere are named after them. To be run from the repository's root when
# a release of either package is looked at; needs Go and npm.
#
# Names: china-division 2.7.0 (provinces to townships, from the statistics office's
# codes). Readings: pinyin-pro 3.29.4. Both under the MIT licence; single facts are
# taken, no text. Readings that are wrong there are put right in pinyin.go.
set -euo pipefail
root=$PWD
to=$root/internal/platform/text/places.txt
dir=$(mktemp -d)
trap 'rm -rf "$dir" "$root/internal/readings"' EXIT
mkdir internal/readings
cat >internal/readings/main.go <<'EOF'
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
EOF
go run ./internal/readings >"$dir/characters"
cd "$dir"
npm install --silent --no-audit --no-fund pinyin-pro@3.29.4 china-division@2.7.0 >/dev/null
cat >places.js <<'EOF'
const fs = require('fs'), {pinyin} = require('pinyin-pro');
const single = new Map(fs.readFileSync('characters', 'utf8').trim().split('\n').map(l => l.split(' ')));
const rank = /(维吾尔|壮族|回族|藏族|蒙古族|土家族|苗族|彝族)*(特别行政区|自治区|自治州|自治县|自治旗|地区|街道办事处|街道|新区|林区|省|市|区|县|盟|旗|镇|乡)$/;
const found = new Map();
for (const level of ['provinces', 'cities', 'areas', 'streets']) {
  for (const {name} of JSON.parse(fs.readFileSync(`node_modules/china-division/dist/${level}.json`))) {
    const place = name.replace(rank, ''), characters = [...place];
    if (characters.length < 2 || characters.length > 3 || !characters.every(c => single.has(c))) continue;
    const read = pinyin(place, {toneType: 'none', type: 'array', v: true});
    if (read.length === characters.length && characters.some((c, i) => single.get(c) !== read[i])) found.set(place, read.join(' '));
  }
}
console.log([...found].map(e => e.join(' ')).sort().join('\n'));
EOF
node places.js >"$to"
