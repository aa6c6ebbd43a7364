'use strict';

/*
 * The bulletin as the pages see it: columns that are there, entries that may still be shown, searching, filtering, sorting.
 * What data.js leaves out is taken as not published.
 */
const Data = (() => {
	const FORMAT = 1;
	const ZONE = 'Asia/Shanghai';
	const STEPS = 6;					// the last of the colours that grades have, from best to worst
	const INPUT = 'input.';
	const CODED = ['kind', 'region', 'level', 'grade'];
	const TEXTS = ['name', 'code', 'peer'];
	const FIGURES = ['entry', 'score', 'rank', 'peer_rank'];
	const KEYS = [...TEXTS, ...CODED, 'score', 'rank', 'peer_rank'];
	const ENTRY_ID = /^entry:\d+$/;
	let raw;
	let model;

	/* A list of the data, or an empty one. */
	function list(value) {
		return Array.isArray(value) ? value : [];
	}

	/* A text as it is, of a number its digits, of anything else null. */
	function asText(value) {
		return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null;
	}

	/* What the data say of a field of an entry: a text, or null. */
	function field(key, entry) {
		const column = key.startsWith(INPUT) ? raw.values?.[key.slice(INPUT.length)] : raw.entries?.[key];

		return asText(list(column)[entry]);
	}

	/* How many digits behind the point a figure has. */
	function decimals(figure) {
		const point = figure.indexOf('.');

		return point < 0 ? 0 : figure.length - point - 1;
	}

	/* What puts the point of a figure under that of the others of its column: the digits that it lacks, to be set unseen. */
	function padding(column, figure) {
		column.decimals ??= model.entries.reduce((most, entry) => Math.max(most, decimals(column.text(entry) ?? '')), 0);

		const lacking = column.decimals - decimals(figure);

		return lacking === 0 ? null : (decimals(figure) === 0 ? '.' : '') + '0'.repeat(lacking);
	}

	/* The item {code, en, zh, order} that a coded field of an entry names, or null. */
	function item(key, entry) {
		const place = list(raw.entries?.[key])[entry];

		return Number.isInteger(place) ? list(raw[`${key}s`])[place] ?? null : null;
	}

	/* Is a column part of the bulletin? Named by it, or there. */
	function isShown(key, named) {
		const column = key.startsWith(INPUT) ? raw.values?.[key.slice(INPUT.length)] : raw.entries?.[key === 'reasons' ? 'basis' : key];

		return named.has(key.startsWith(INPUT) ? key.slice(INPUT.length) : key) || list(column).some((value) => value !== null && value !== undefined && value !== '');
	}

	function columnOf(key) {
		const own = { key, label: () => Language.text(`column.${key}`), text: (entry) => field(key, entry), item: null, numeric: false, better: null };

		if (CODED.includes(key)) {
			own.item = (entry) => item(key, entry);
			own.text = (entry) => { const found = item(key, entry); return found && Language.pick(found).text; };
		} else if (FIGURES.includes(key)) {
			own.numeric = true;
			own.better = key === 'score' ? 'higher' : 'lower';
		}
		return own;
	}

	/* The column of an input; it is of figures if all that it has are. */
	function inputColumn(input) {
		const key = INPUT + input.name;
		const values = list(raw.values?.[input.name]).filter((value) => value !== null && value !== undefined);

		return { key, input, label: () => Language.pick(input).text, text: (entry) => field(key, entry), item: null,
			numeric: values.length > 0 && values.every(Figures.isFigure), better: input.better ?? null, unit: input.unit ?? null };
	}

	/* Inputs that the data describe, then those that only have values. */
	function inputs(named) {
		const described = list(raw.inputs).filter((input) => typeof input?.name === 'string');
		const names = new Set(described.map((input) => input.name));

		return [...described, ...Object.keys(raw.values ?? {}).filter((name) => !names.has(name)).map((name) => ({ name }))]
			.filter((input) => isShown(INPUT + input.name, named));
	}

	/* What keeps the data from being read: the text that says so and what to fill it in with; null if nothing does. */
	function problem(data) {
		if (data === null || typeof data !== 'object')
			return { key: 'broken.missing' };
		return data.format === FORMAT ? null : { key: 'broken.format', values: { format: data.format } };
	}

	/* Reads data that have no problem. */
	function open(data) {
		raw = data;

		const named = new Set(list(raw.bulletin?.columns));
		const numbers = list(raw.entries?.entry);
		const today = Figures.today(raw.bulletin?.time_zone ?? ZONE);
		const entries = numbers.map((number, entry) => entry)
			.filter((entry) => { const end = field('leaves_on', entry); return end === null || end > today; });
		const own = KEYS.filter((key) => isShown(key, named));
		const head = ['name', 'code'].find((key) => own.includes(key)) ?? 'entry';		// what heads a row
		const columns = (head === 'entry' ? ['entry', ...own] : own).map(columnOf);

		model = {
			bulletin: raw.bulletin ?? {}, grades: list(raw.grades), regions: list(raw.regions), levels: list(raw.levels), kinds: list(raw.kinds),
			head, entries, over: numbers.length - entries.length, today,
			columns: [...columns, ...inputs(named).map(inputColumn)],
			hasReasons: isShown('reasons', named), files: Array.isArray(raw.files) ? raw.files : null,
			adjustments: gatherAdjustments(), tables: gatherTables(), history: list(raw.history?.bulletins),
		};
		model.byKey = new Map(model.columns.map((column) => [column.key, column]));
		model.outside = [...KEYS, 'reasons'].filter((key) => key !== 'peer' && !isShown(key, named));
		model.scale = gatherScale();
		nameEntries();
		return model;
	}

	/* Adjustments by entry, in the order of the data. */
	function gatherAdjustments() {
		const byEntry = new Map();

		for (const [entry, step, what, before, after, reason] of list(raw.adjustments)) {
			if (!byEntry.has(entry))
				byEntry.set(entry, []);
			byEntry.get(entry).push({ step, field: what, before, after, reason });
		}
		return byEntry;
	}

	/* A row or a column of a table, as its cells say; its place calls it, since a region and what is in it itself have one code. */
	function lineOf(cell, kind, parent) {
		const order = cell[`${kind}_order`] ?? null;

		return { key: JSON.stringify([order, cell[kind] ?? null]), code: cell[kind] ?? null, en: cell[`${kind}_en`], zh: cell[`${kind}_zh`], order, parent: parent ?? null,
			total: order === 0 || (cell[kind] ?? null) === null };
	}

	/* How far down a hierarchy a row is: 0 for those that nothing but the total is above. */
	function depthOf(row, rows) {
		let depth = 0;

		for (let above = row; depth < rows.length; depth++) {
			above = above.parent === null || above.parent === 0 ? undefined : rows.find((each) => each.order === above.parent);
			if (above === undefined)
				break;
		}
		return depth;
	}

	/* Cells by table, each table with its rows and columns in order, totals last. */
	function gatherTables() {
		const tables = new Map();
		const titles = new Map(list(raw.bulletin?.tables).map((table) => [asText(table?.name) ?? '', table]));

		for (const cell of list(raw.cells)) {
			const name = asText(cell.table) ?? '';

			if (!tables.has(name))
				tables.set(name, { name, en: cell.table_en ?? titles.get(name)?.en, zh: cell.table_zh ?? titles.get(name)?.zh, measure: asText(cell.measure), rows: new Map(), columns: new Map(), cells: new Map() });

			const table = tables.get(name);
			const row = lineOf(cell, 'class', cell.class_parent);
			const column = lineOf(cell, 'grade');
			const [whole, part] = /^(percent: )?(.*)$/s.exec(asText(cell.reason) ?? '').slice(1);

			table.rows.set(row.key, row);
			table.columns.set(column.key, column);
			table.cells.set(row.key + column.key, { figure: asText(cell.count) ?? asText(cell.value), percent: asText(cell.percent), reason: whole ? null : part || null, percentReason: whole ? part : null });
		}
		return [...tables.values()].map((table) => {
			const rows = [...table.rows.values()].sort(byOrder);

			return {
				...table, rows: rows.map((row) => ({ ...row, depth: depthOf(row, rows) })), columns: [...table.columns.values()].sort(byOrder),
				cell: (row, column) => table.cells.get(row.key + column.key) ?? null,
			};
		});
	}

	function byOrder(a, b) {
		return Number(a.total ?? false) - Number(b.total ?? false) || (a.order ?? Infinity) - (b.order ?? Infinity) || 0;
	}

	/* What an entry is called in an address: its code where no other entry has it, else its number. */
	function nameEntries() {
		const times = new Map();

		for (const entry of model.entries) {
			const code = field('code', entry);

			times.set(code, (times.get(code) ?? 0) + 1);
		}
		model.ids = new Map();
		model.byId = new Map();
		for (const entry of model.entries) {
			const code = field('code', entry);
			const number = `entry:${raw.entries.entry[entry]}`;
			const own = code !== null && times.get(code) === 1 && !ENTRY_ID.test(code) ? code : number;

			model.ids.set(entry, own);
			model.byId.set(number, entry);
			model.byId.set(own, entry);
		}
	}

	/* Which colour a place among the grades has, 0 for the best to STEPS for the worst. */
	function step(place, places) {
		return places < 2 ? 0 : Math.round(place * STEPS / (places - 1));
	}

	/*
	 * All grades that the bulletin knows of, the best first: those of entries, and those of tables that have one of them as a
	 * column, so that a grade has the same colour everywhere. Last, without an order, what only earlier bulletins say.
	 */
	function gatherScale() {
		const scale = new Map(model.grades.map((grade, place) => [grade.code, { ...grade, order: grade.order ?? place + 1 }]));

		for (const table of model.tables) {
			const columns = table.columns.filter((column) => !column.total && Number.isInteger(column.order));

			if (columns.some((column) => scale.get(column.code)?.order === column.order))
				for (const column of columns)
					if (!scale.has(column.code))
						scale.set(column.code, column);
		}

		const past = new Set(Object.values(raw.history?.entries ?? {}).flatMap((lines) => list(lines).map((line) => asText(line[2]))));

		return [...[...scale.values()].sort((a, b) => a.order - b.order), ...[...past].filter((code) => code !== null && !scale.has(code)).map((code) => ({ code, order: null }))];
	}

	/* A grade by its code; null where the bulletin knows of none. */
	function grade(code) {
		return model.scale.find((item) => item.code === code) ?? null;
	}

	/* The colour of a grade by its code; null where its place among the grades is not known. */
	function gradeStep(code) {
		const place = model.scale.findIndex((item) => item.code === code);

		return place < 0 || model.scale[place].order === null ? null : step(place, model.scale.filter((item) => item.order !== null).length);
	}

	/* A text as it is searched: width, case, accents, marks of direction and blanks make no difference. */
	function normalised(text) {
		return text.normalize('NFKD').replace(/[\p{Mn}\p{Cf}]/gu, '').toLowerCase().replace(/\s+/gu, ' ').trim();
	}

	/* Entries in which every word of a query is part of name or code. */
	function search(entries, query) {
		const words = normalised(query).split(' ').filter((word) => word !== '');

		if (words.length === 0)
			return entries;
		model.searched ??= new Map(model.entries.map((entry) => [entry, normalised(`${field('name', entry) ?? ''} ${field('code', entry) ?? ''}`)]));
		return entries.filter((entry) => words.every((word) => model.searched.get(entry).includes(word)));
	}

	/* Entries of which a coded field is one of some codes; all where there are none. */
	function filter(entries, key, codes) {
		if (codes.length === 0)
			return entries;

		const items = list(raw[`${key}s`]);
		const places = new Set(codes.map((code) => items.findIndex((each) => each.code === code)));

		return entries.filter((entry) => places.has(list(raw.entries?.[key])[entry] ?? null));
	}

	/* Entries in the order of a column; those that have nothing in it come last either way. */
	function sort(entries, column, descending) {
		const value = column.item ? (entry) => column.item(entry) : column.text;
		const compare = column.item ? (a, b) => (a.order ?? 0) - (b.order ?? 0) || Figures.compareTexts(String(a.code), String(b.code))
			: column.numeric ? Figures.compare : Figures.compareTexts;
		const keyed = entries.map((entry) => [entry, value(entry)]);
		const there = keyed.filter(([, key]) => key !== null);
		const nothing = keyed.filter(([, key]) => key === null);

		there.sort((a, b) => (descending ? compare(b[1], a[1]) : compare(a[1], b[1])) || a[0] - b[0]);
		return [...there, ...nothing].map(([entry]) => entry);
	}

	let found = { key: null, entries: [] };

	/* The entries that the state of the list asks for, in its order. */
	function select(state) {
		const key = JSON.stringify([Language.current(), state.q, state.region, state.level, state.kind, state.grade, state.sort, state.descending]);

		if (found.key !== key) {
			let entries = search(model.entries, state.q);

			for (const coded of CODED)
				entries = filter(entries, coded, state[coded]);

			const column = model.byKey.get(state.sort);

			found = { key, entries: column ? sort(entries, column, state.descending) : entries };
		}
		return found.entries;
	}

	/* How many entries have each grade; entries without one are left out. */
	function countGrades(entries) {
		const counts = model.grades.map(() => 0);

		for (const entry of entries) {
			const place = list(raw.entries?.grade)[entry];

			if (Number.isInteger(place) && place in counts)
				counts[place] += 1;
		}
		return counts;
	}

	/* What is withheld of an entry and why: pairs of column and reason. */
	function withheld(entry) {
		const said = list(raw.entries?.withheld)[entry];

		if (said !== null && typeof said === 'object')
			return Object.entries(said);
		return typeof said !== 'string' ? [] : said.split(/[,;]\s+/).map((part) => {
			const at = part.lastIndexOf(': ');

			return at < 0 ? ['', part] : [part.slice(0, at), part.slice(at + 2)];
		});
	}

	/* What an entry was in earlier bulletins: bulletin, score, grade, rank, peer_rank, oldest first. */
	function past(entry) {
		const code = field('code', entry);
		const held = raw.history?.entries;

		return code === null || !held || !Object.hasOwn(held, code) ? [] : list(held[code])
			.map(([place, score, grade, rank, peerRank]) => ({ bulletin: model.history[place] ?? null, score: asText(score), grade: asText(grade), rank: asText(rank), peerRank: asText(peerRank) }))
			.filter((line) => line.bulletin !== null);
	}

	/* How many entries had each grade in each earlier bulletin: one Map by code of grade for each bulletin. */
	function pastGrades() {
		const counts = model.history.map(() => new Map());

		for (const lines of Object.values(raw.history?.entries ?? {}))
			for (const [place, , grade] of list(lines))
				if (counts[place] && asText(grade) !== null)
					counts[place].set(grade, (counts[place].get(grade) ?? 0) + 1);
		return counts;
	}

	/* The reasons of an entry, one by one. */
	function reasons(entry) {
		return (asText(list(raw.entries?.basis)[entry]) ?? '').split(/;\s+/).filter((text) => text.trim() !== '');
	}

	return { problem, open, get model() { return model; }, field, item, withheld, reasons, past, pastGrades, select, sort, countGrades, step, grade, gradeStep, normalised, padding };
})();
