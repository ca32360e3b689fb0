#!/usr/bin/env bash
# A Zigbee smoke alarm does not always say "smoke".
#
# One would guess: zigbee2mqtt's converters give every smoke detector a property
# named smoke, every leak sensor one named water_leak, and a property named alarm
# or alarm_1 is some device's siren.
#
# True, in zigbee-herdsman-converters 26.112.0 (zigbee2mqtt 2.14.1): some smoke
# alarms publish nothing but alarm or alarm_1, a binary without any word of smoke,
# and door and contact sensors publish a property of the very same name. Nothing
# in bridge/devices tells them apart but the description, which is prose. And a
# property called water_warning with the value "alarm" means that the soil of a
# plant pot is too dry.
#
# Why it matters: who maps properties to dangers by their names is silent in a fire,
# or calls the fire brigade for an opened door. What a device guards has to be said
# where it is hung.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm pkg set overrides.zigbee-on-host=0.3.0 >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund zigbee-herdsman-converters@26.112.0 >/dev/null 2>&1
cat >list.mjs <<'EOF'
import {readdirSync} from "node:fs";
import {prepareDefinition} from "zigbee-herdsman-converters";
const flat = (list) => list.flatMap((e) => (e.features ? [e, ...flat(e.features)] : [e]));
const found = {smoke: [], door: [], pot: []};
let models = 0;
for (const file of readdirSync("node_modules/zigbee-herdsman-converters/dist/devices").filter((f) => f.endsWith(".js") && f !== "index.js").sort()) {
    for (const definition of (await import(`./node_modules/zigbee-herdsman-converters/dist/devices/${file}`)).definitions) {
        const d = prepareDefinition(definition);
        models++;
        const exposes = flat(typeof d.exposes === "function" ? d.exposes({isDummyDevice: true}, {}) : d.exposes);
        const names = exposes.map((e) => e.property).filter(Boolean);
        const alarm = names.filter((n) => /^alarm(_1)?$/.test(n))[0];
        const says = `${d.vendor} ${d.model} (${d.description}): ${names.filter((n) => !/^(battery|voltage|linkquality)/.test(n)).join(" ")}`;
        if (alarm && /smoke|fire/i.test(d.description) && !names.some((n) => /smoke|fire/i.test(n))) found.smoke.push(says);
        if (alarm && /(door|window) (&|sensor|handle)/i.test(d.description)) found.door.push(says);
        const dry = exposes.find((e) => e.property === "water_warning" && e.values?.includes("alarm"));
        if (dry && /soil|plant/i.test(d.description)) found.pot.push(says);
    }
}
console.log(`${models} models`);
for (const [what, list] of Object.entries(found)) {
    console.log(`\n${{smoke: "smoke or fire by their description only, publish an alarm", door: "doors and windows that publish a property of that name", pot: "plant pots that publish water_warning: alarm"}[what]} (${list.length}):`);
    for (const line of list) console.log("  " + line);
}
if (!found.smoke.length || !found.door.length || !found.pot.length) {
    console.log("\nthis has changed");
    process.exit(1);
}
EOF
node list.mjs
