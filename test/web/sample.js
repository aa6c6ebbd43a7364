'use strict';

/*
 * Made-up bulletins in the form of site/data.js, the same for the same seed. Names are those of nobody.
 */

const BEFORE = 6;						// earlier bulletins in the history

/* A generator of numbers from 0 to 1 (mulberry32). */
function random(seed) {
	let state = seed >>> 0;

	return () => {
		state = state + 0x6d2b79f5 >>> 0;
		let mixed = Math.imul(state ^ state >>> 15, state | 1);

		mixed = mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61) ^ mixed;
		return ((mixed ^ mixed >>> 14) >>> 0) / 4294967296;
	};
}

const item = (code, en, zh, order) => ({ code, en, zh, order });
const KINDS = [item('institution', 'Medical institution', '定点医疗机构', 1), item('pharmacy', 'Retail pharmacy', '定点零售药店', 2)];
const REGIONS = [['3205A1', 'East District', '东城区'], ['3205A2', 'West District', '西城区'], ['3205A3', 'Lake District', '湖滨区'], ['3205A4', 'New District', '高新区'],
	['3205B1', 'North County', '北安县'], ['3205B2', 'South County', '南安县'], ['3205B3', 'Harbour City', '临港市'], ['3205B4', 'Hill City', '青山市']].map(([code, en, zh], n) => item(code, en, zh, n + 1));
const LEVELS = [item('3', 'Level 3', '三级', 1), item('2', 'Level 2', '二级', 2), item('1', 'Level 1', '一级', 3), item('0', 'Not graded', '未定级', 4)];
const GRADES = [item('A', 'Excellent', '优秀', 1), item('B', 'Good', '良好', 2), item('C', 'Pass', '合格', 3), item('D', 'Fail', '不合格', 4)];
const INPUTS = [
	{ name: 'drug_share', en: 'Drug share of revenue', zh: '药占比', unit: '%', better: 'lower', digits: 2, from: 18, to: 52 },
	{ name: 'material_cost', en: 'Consumables per 100 yuan of revenue', zh: '百元医疗收入消耗的卫生材料', unit: '元', better: 'lower', digits: 2, from: 8, to: 36 },
	{ name: 'service_share', en: 'Share of service revenue', zh: '医疗服务收入占比', unit: '%', better: 'higher', digits: 2, from: 15, to: 48 },
	{ name: 'cost_per_visit', en: 'Cost per visit', zh: '次均门诊费用', unit: '元', better: 'lower', digits: 2, from: 80, to: 620 },
	{ name: 'own_expense', en: 'Own expense rate', zh: '自费率', unit: '%', better: 'lower', digits: 1, from: 2, to: 25 },
	{ name: 'stay', en: 'Average length of stay', zh: '平均住院日', unit: '天', better: null, digits: 1, from: 3, to: 13 },
	{ name: 'audit', en: 'Audit findings settled', zh: '稽核问题整改率', unit: '%', better: 'higher', digits: 1, from: 40, to: 100 },
	{ name: 'complaints', en: 'Complaints upheld', zh: '投诉属实件数', unit: '件', better: 'lower', digits: 0, from: 0, to: 9 },
];
const REASONS = ['complaints: too many complaints upheld', 'fund: refused to hand over records', 'price: list price exceeded', 'audit: findings not settled in time'];
const FIRST = ['Willow', 'Cedar', 'Harbour', 'Lotus', 'Maple', 'River', 'Orchid', 'Pagoda', 'Spring', 'Stone'];
const FIRST_ZH = ['杨柳', '雪松', '港湾', '荷塘', '枫桥', '清河', '兰苑', '古塔', '春江', '石桥'];
const SECOND = ['Bridge', 'Garden', 'Hill', 'Lane', 'Park', 'Street', 'Gate', 'Well'];
const SECOND_ZH = ['桥头', '花园', '山前', '巷口', '公园', '大街', '城门', '古井'];

const cut = (score) => score >= 90 ? 0 : score >= 80 ? 1 : score >= 60 ? 2 : 3;

function nameOf(draw, kind, number, chinese) {
	const first = Math.floor(draw() * FIRST.length);
	const second = Math.floor(draw() * SECOND.length);

	if (chinese)
		return `${FIRST_ZH[first]}${SECOND_ZH[second]}${kind === 0 ? ['医院', '社区卫生服务中心', '门诊部'][number % 3] : '大药房'}（第${number}号）`;
	return `${FIRST[first]} ${SECOND[second]} ${kind === 0 ? ['Hospital', 'Health Centre', 'Clinic'][number % 3] : 'Pharmacy'} ${number}`;
}

/* The table of grades by level with totals, small counts withheld, and one more that would give such a one away. */
function cellsOf(entries, minimum) {
	const cells = [];
	const count = (level, grade) => entries.level.filter((each, n) => (level === null || each === level) && (grade === null || entries.grade[n] === grade)).length;

	for (const level of [...LEVELS.keys(), null])
		for (const grade of [...GRADES.keys(), null]) {
			const n = count(level, grade);
			const small = level !== null && grade !== null && n > 0 && n < minimum;
			const row = level === null ? item(null, 'Total', '合计', 0) : LEVELS[level];
			const column = grade === null ? item(null, 'Total', '合计', 0) : GRADES[grade];

			cells.push({ table: 'grades', class: row.code, class_en: row.en, class_zh: row.zh, class_order: row.order, grade: column.code, grade_en: column.en, grade_zh: column.zh, grade_order: column.order,
				total: level === null || grade === null, count: small ? null : String(n), reason: small ? 'below_minimum' : null });
		}
	for (const small of cells.filter((cell) => cell.reason === 'below_minimum')) {
		const beside = cells.find((cell) => cell.class === small.class && cell.count !== null && cell.grade !== null);

		if (cells.filter((cell) => cell.class === small.class && cell.count === null).length === 1 && beside)
			Object.assign(beside, { count: null, reason: 'secondary' });
	}
	return cells;
}

/* A bulletin with so many entries. */
function bulletin(size, seed = 1) {
	const draw = random(seed);
	const entries = { entry: [], code: [], name: [], kind: [], region: [], level: [], peer: [], score: [], grade: [], rank: [], peer_rank: [], basis: [], leaves_on: [], withheld: [] };
	const values = Object.fromEntries(INPUTS.map((input) => [input.name, []]));
	const adjustments = [];
	const history = { bulletins: [], entries: {} };
	const scores = [];

	for (let year = 2025 - BEFORE; year < 2025; year++)
		history.bulletins.push({ number: year - 2017, period: String(year), period_end: `${year}-12-31`, published_on: `${year + 1}-02-10` });
	for (let n = 0; n < size; n++) {
		const kind = draw() < 0.6 ? 0 : 1;
		const level = kind === 1 ? 3 : Math.min(3, Math.floor(draw() * draw() * 5 + 0.35));
		const score = 50 + 50 * Math.sqrt(draw());
		const code = `${kind === 0 ? 'H' : 'P'}3205${String(n + 1).padStart(5, '0')}`;
		let grade = cut(score);

		entries.entry.push(n + 26);
		entries.code.push(code);
		entries.name.push(nameOf(draw, kind, n + 1, draw() < 0.75));
		entries.kind.push(kind);
		entries.region.push(Math.floor(draw() * REGIONS.length));
		entries.level.push(level);
		entries.peer.push(`${KINDS[kind].code} ${LEVELS[level].code}`);
		entries.score.push(score.toFixed(2));
		scores.push(score);
		if (grade < 3 && draw() < 0.06) {
			const reason = REASONS[Math.floor(draw() * REASONS.length)];

			adjustments.push([n, 1, 'grade', GRADES[grade].code, GRADES[grade + 1].code, reason]);
			grade += 1;
		}
		entries.basis.push(draw() < 0.15 ? [REASONS[Math.floor(draw() * REASONS.length)], 'hysteresis: one step a year'].slice(0, 1 + Math.floor(draw() * 2)).join('; ') : null);
		entries.grade.push(grade);
		entries.leaves_on.push(draw() < 0.05 ? '2099-01-01' : null);
		entries.withheld.push(draw() < 0.03 ? 'own_expense: hidden' : null);
		for (const input of INPUTS) {
			const missing = draw() < 0.02 || input.name === 'own_expense' && entries.withheld[n] !== null || input.name === 'stay' && kind === 1;

			values[input.name].push(missing ? null : (input.from + (input.to - input.from) * draw() ** 1.4).toFixed(input.digits));
		}

		const since = Math.floor(draw() * (BEFORE + 1));

		if (since < BEFORE)
			history.entries[code] = history.bulletins.slice(since).map((held, place) => {
				const past = Math.max(0, Math.min(100, score + (draw() - 0.6) * 16));

				return [since + place, past.toFixed(2), GRADES[cut(past)].code, 1 + Math.floor(draw() * size), null];
			});
	}

	const order = scores.map((score, n) => n).sort((a, b) => scores[b] - scores[a]);
	const places = new Map();

	entries.rank = new Array(size);
	entries.peer_rank = new Array(size);
	order.forEach((n, place) => {
		places.set(entries.peer[n], (places.get(entries.peer[n]) ?? 0) + 1);
		entries.rank[n] = place + 1;
		entries.peer_rank[n] = places.get(entries.peer[n]);
	});
	return {
		format: 1,
		bulletin: {
			number: 8, title: { en: 'Credit Grading of Designated Providers, 2025', zh: '2025年度医疗保障定点医药机构信用评价结果公告' },
			notes: { en: 'Graded under the scheme in force on 31 December 2025. Objections were open from 2 to 9 February 2026.', zh: '依据2025年12月31日有效的评价办法评定；异议期为2026年2月2日至9日。' },
			template: 'P1', policy: 'annual', policy_version: '2', scheme: 'city-credit', scheme_version: '3', period: '2025', period_start: '2025-01-01', period_end: '2025-12-31',
			published_on: '2026-02-10', state: 'published', hash: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
			previous_hash: '7d865e959b2466918c9863afca942d0fb89d7c9ac0c99bafc3749504ded97730', minimum_cell: 5,
			columns: ['code', 'name', 'kind', 'region', 'level', 'score', 'grade', 'rank', 'peer_rank', 'reasons', ...INPUTS.map((input) => input.name)],
		},
		inputs: INPUTS.map(({ name, en, zh, unit, better }) => ({ name, en, zh, unit, better })),
		...structuredClone({ kinds: KINDS, regions: REGIONS, levels: LEVELS, grades: GRADES }), entries, values, adjustments, cells: cellsOf(entries, 5), history,
	};
}

/* Names and texts that try to be something else. */
const HOSTILE = ['<script>globalThis.harmed = 1</script>', '<img src=x onerror="globalThis.harmed = 1">', '"><svg onload=globalThis.harmed=1>', '=HYPERLINK("http://evil.example/","x")',
	'\u202egnisrever\u202c \u2066isolated', 'مستشفى النور ١٢', '\u200fRLM\u200e', 'a'.repeat(300), '\u2028\u2029line', '</script><!--', '{{constructor.constructor("harm()")()}}', 'javascript:harm()',
	'\u0000\u0007\ufffd', '医院'.repeat(80), '__proto__', 'constructor'];

/* A bulletin of which everything that can hold a text holds a hostile one. */
function hostile() {
	const made = bulletin(HOSTILE.length, 7);
	const wrap = (text) => ({ en: text, zh: text });

	made.entries.name = [...HOSTILE];
	made.entries.code = HOSTILE.map((text, n) => n < 8 ? `X${n}` : text);
	made.entries.basis = HOSTILE.map((text) => text);
	made.entries.peer = HOSTILE.map((text, n) => HOSTILE[n % 3]);
	made.entries.withheld = HOSTILE.map((text) => `${text}: ${text}`);
	made.values.complaints = [...HOSTILE];
	made.adjustments = HOSTILE.map((text, n) => [n, text, text, text, text, text]);
	Object.assign(made.bulletin, { title: wrap(HOSTILE[0]), notes: wrap(HOSTILE[1]), scheme: HOSTILE[2], policy: HOSTILE[3], hash: HOSTILE[0] });
	for (const list of [made.kinds, made.regions, made.levels, made.grades])
		list.forEach((each, n) => Object.assign(each, wrap(HOSTILE[n])));
	made.inputs.forEach((input, n) => Object.assign(input, wrap(HOSTILE[n]), { unit: HOSTILE[n] }));
	made.cells.forEach((cell, n) => Object.assign(cell, { class_en: HOSTILE[0], class_zh: HOSTILE[0], grade_en: HOSTILE[1], grade_zh: HOSTILE[1] }, cell.count === null ? { reason: HOSTILE[n % HOSTILE.length] } : {}));
	made.history.entries = Object.fromEntries(made.entries.code.filter((code) => code !== '__proto__').map((code) => [code, [[0, '70.00', HOSTILE[0], 3, null]]]));
	return made;
}

/* The same without what a policy may leave out. */
function without(made, ...keys) {
	const other = structuredClone(made);

	for (const key of keys)
		delete other[key];
	return other;
}

/* A bulletin with tables only. */
function tablesOnly() {
	const made = without(bulletin(300, 3), 'values', 'adjustments', 'history');

	made.entries = {};
	made.bulletin.columns = [];
	return made;
}

/* A bulletin with a list and nothing besides: no table, no history, no figures. */
function listOnly() {
	const made = without(bulletin(60, 4), 'cells', 'history', 'values', 'inputs', 'adjustments');

	for (const key of ['score', 'rank', 'peer_rank', 'peer', 'basis', 'leaves_on', 'withheld'])
		delete made.entries[key];
	made.bulletin.columns = ['code', 'name', 'kind', 'region', 'level', 'grade'];
	return made;
}

/* A bulletin of which everything is withheld: it has the columns, and nothing in them. */
function allWithheld() {
	const made = without(bulletin(12, 5), 'history', 'adjustments');

	for (const key of Object.keys(made.entries))
		if (key !== 'entry')
			made.entries[key] = made.entries.entry.map(() => key === 'withheld' ? 'code: hidden, name: hidden, score: band_only, grade: hidden' : null);
	for (const key of Object.keys(made.values))
		made.values[key] = made.entries.entry.map(() => null);
	made.cells.forEach((cell) => Object.assign(cell, { count: null, reason: 'below_minimum' }));
	return made;
}

/* What stands in site/data.js. */
function script(made) {
	return `globalThis.credence = ${JSON.stringify(made).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029').replaceAll('</', '<\\/')};\n`;
}

module.exports = { random, bulletin, hostile, tablesOnly, listOnly, allWithheld, without, script, HOSTILE, INPUTS };
