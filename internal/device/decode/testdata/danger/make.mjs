// Lists what every Zigbee model of zigbee-herdsman-converters (MIT) says of
// itself, for the tests of package decode. README.md has the commands.
//
//   danger.tsv       what a model publishes in danger: vendor, model, property, value, danger
//   models.jsonl     those models as bridge/devices announces them
//   fields.tsv       every other field that any model publishes
import {readdirSync, readFileSync, writeFileSync} from "node:fs";
import {createRequire} from "node:module";
import {dirname, join} from "node:path";
import {pathToFileURL} from "node:url";

const want = "26.112.0";
const here = import.meta.dirname;
const root = dirname(createRequire(join(process.cwd(), "x")).resolve("zigbee-herdsman-converters/package.json"));
const {version} = JSON.parse(readFileSync(join(root, "package.json")));
if (version !== want) console.error(`warning: release ${version}, the files here are of ${want}`);
const {prepareDefinition} = await import(pathToFileURL(join(root, "dist/index.js")));

// models are all models, in the order of vendor and model.
async function models() {
    const list = [];
    for (const file of readdirSync(join(root, "dist/devices")).filter((f) => f.endsWith(".js") && f !== "index.js").sort()) {
        for (const definition of (await import(pathToFileURL(join(root, "dist/devices", file)))).definitions) {
            const d = prepareDefinition(definition);
            const exposes = typeof d.exposes === "function" ? d.exposes({isDummyDevice: true}, {}) : d.exposes;
            list.push({vendor: d.vendor, model: d.model, description: d.description ?? "", exposes: exposes.map(plain)});
        }
    }
    const key = (m) => `${m.vendor}\t${m.model}`;
    return list.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

// plain is an expose as it is announced, without the words for people.
function plain(e) {
    const {type, name, property, access, value_on, value_off, values, unit, features} = e;
    return JSON.parse(JSON.stringify({type, name, property, access, value_on, value_off, values, unit, features: features?.map(plain)}));
}

const flat = (exposes) => exposes.flatMap((e) => (e.features ? [e, ...flat(e.features)] : [e])).filter((e) => e.property && !e.features);

// names are properties that say a danger. What is judged by more than its name
// is in dangers.
const names = [
    [/^smoke(_alarm_[12]|_state)?$/, "smoke"],
    [/^gas(_alarm_[12]|_sensor_state)?$/, "gas"],
    [/^(carbon_monoxide(_alarm_[12])?|co_state)$/, "co"],
    [/^heat$/, "heat"],
    [/^sos(_alarm)?$/, "sos"],
    [/^((active_)?water_leak(_alarm_[12]|_(both|zone|wire).*)?|(input|channel)_\d+_leak_detect_\d+|water_condition_alarm|water_leakage_state|water_sensor)$/, "water_leak"],
    [/^fall_status$/, "sos"],
];

// subjects say what an alarm without a name is of, by the description.
const subjects = [[/smoke|fire/i, "smoke"], [/\bgas\b/i, "gas"], [/\bCO\b|carbon monoxide/, "co"], [/heat alarm/i, "heat"], [/water leak|leakage/i, "water_leak"]];

const calm = /normal|none|^ok$|^no|_no$|idle|off|unknown|detecting|dry|pre_?alarm/i;

// loud is the value of a field for yes: of words, the first that says so.
const loud = (e) => (e.type === "binary" ? e.value_on : e.values?.find((v) => /alarm|yes|leak/i.test(v) && !calm.test(v)));

function dangers(m) {
    const rows = [];
    const add = (e, value, danger) => value !== undefined && rows.push([m.vendor, m.model, e.property, JSON.stringify(value), danger]);
    const button = /\b(sos|emergency|panic)\b.*\bbutton\b/i.test(m.description);
    const subject = subjects.find(([says]) => says.test(`${m.model.replaceAll(/[-_]/g, " ")} ${m.description}`))?.[1];
    for (const e of flat(m.exposes).filter((e) => e.access & 1 && e.type !== "numeric")) {
        const named = names.find(([says]) => says.test(e.property))?.[1];
        if (e.property === "action") {
            for (const v of e.values ?? []) if (/^(sos|panic|emergency)$/.test(v) || (button && v === "single")) add(e, v, "sos");
        } else if (e.access & 2) {
            continue;
        } else if (named) {
            add(e, loud(e), named);
        } else if (/^alarm(_[12]|_status|_state|_active)?$/.test(e.property) && subject) {
            add(e, loud(e), subject);
        } else if (e.type === "enum" && e.values.includes("water_leakage")) {
            add(e, "water_leakage", "water_leak");
        } else if (e.property === "status" && e.values?.includes("falling")) {
            add(e, "falling", "sos");
        }
    }
    return rows;
}

const all = await models();
const rows = all.flatMap(dangers);
const called = new Set(rows.map(([v, m, p]) => `${v}\t${m}\t${p}`));
const source = `npm zigbee-herdsman-converters ${version} (MIT): ${all.length} models`;
const write = (name, lines) => writeFileSync(join(here, name), lines.join("\n") + "\n");

const tsv = rows.map((r) => r.join("\t")).filter((r, i, list) => list.indexOf(r) === i);
write("danger.tsv", [`# What each model publishes in danger; value is JSON. ${source}, ${tsv.length} lines`, "vendor\tmodel\tproperty\tvalue\tdanger", ...tsv]);

const calls = new Set(rows.map(([v, m]) => `${v}\t${m}`));
write("models.jsonl", all.filter((m) => calls.has(`${m.vendor}\t${m.model}`)).map((m) => JSON.stringify(m)));

// Numbers in names count inputs: of channel_1_state and channel_2_state one is
// kept. The values of what can be set, and of figures, are nobody's news.
const fields = new Map();
for (const m of all) {
    for (const e of flat(m.exposes).filter((e) => !called.has(`${m.vendor}\t${m.model}\t${e.property}`) && (e.access & 1))) {
        const news = !(e.access & 2) && e.type !== "numeric";
        const values = news ? (e.values ?? (e.type === "binary" ? [e.value_on, e.value_off] : [])) : [];
        const row = [e.property.replaceAll(/(?<![a-zA-Z])\d+|(?<=_l)\d+/g, "1"), e.type, news ? 1 : e.access & 3, JSON.stringify(values)].join("\t");
        const seen = fields.get(row) ?? {models: 0, from: news ? `${m.vendor}\t${m.model}\t${m.description}` : "\t\t"};
        seen.models++;
        fields.set(row, seen);
    }
}
const lines = [...fields].sort(([a], [b]) => (a < b ? -1 : 1)).map(([row, {models, from}]) => `${row}\t${models}\t${from}`.replaceAll("\n", " "));
write("fields.tsv", [`# Every field that a model publishes and that is no danger. ${source}, ${lines.length} lines`, "property\ttype\taccess\tvalues\tmodels\tvendor\tmodel\tdescription", ...lines]);
console.log(`${source}, ${tsv.length} dangers of ${calls.size} models, ${lines.length} other fields`);
