'use strict';

/*
 * The page of one entry: its grade and why, where it stands among its peers, what it was before, what is not disclosed.
 */
const Provider = (() => {
	const { element } = Dom;
	const FACTS = ['code', 'kind', 'region', 'level', 'peer'];
	const PLACES = ['score', 'rank', 'peer_rank'];

	function entryOf(state) {
		return Data.model.byId.get(state.provider);
	}

	/* Name, particulars, grade. */
	function head(entry) {
		const { model } = Data;
		const gradeItem = model.byKey.has('grade') ? Data.item('grade', entry) : null;
		const leaves = Data.field('leaves_on', entry);
		const pairs = (keys) => keys.filter((key) => model.byKey.has(key)).map((key) => [model.byKey.get(key).label(), Parts.shown(model.byKey.get(key), entry)]);

		return element('header', { class: 'provider-head' },
			element('div', { class: 'who' },
				Parts.heading(Dom.foreign(Parts.nameOf(entry))),
				Parts.facts([...pairs(FACTS), [Language.text('column.leaves_on'), leaves && Figures.day(leaves)]], 'facts')),
			element('div', { class: 'verdict' },
				model.byKey.has('grade') && element('p', { class: 'verdict-grade' }, Dom.spoken(`${Language.text('provider.grade')}: `),
					gradeItem ? Parts.grade(gradeItem, true) : Language.text('provider.ungraded')),
				Parts.facts(pairs(PLACES), 'places')));
	}

	function reasons(entry) {
		const said = Data.reasons(entry);
		const withheld = Data.withheld(entry).some(([key]) => key === 'reasons');

		return Data.model.hasReasons && !withheld && Parts.section(Language.text('provider.reasons'), 'reasons',
			said.length > 0 ? element('ul', null, said.map((reason) => element('li', null, Dom.foreign(reason))))
				: element('p', null, Language.text('provider.reasons.none')));
	}

	/* A value before or after an adjustment, as what it is. */
	function adjusted(field, value) {
		if (value === null || value === undefined || value === '')
			return null;
		return field === 'grade' ? Parts.pastGrade(String(value)) : Figures.isFigure(value) ? String(value) : Dom.foreign(String(value));
	}

	function adjustments(entry) {
		const lines = Data.model.adjustments.get(entry) ?? [];
		const title = Language.text('provider.adjustments');
		const steps = [...new Set(lines.map((line) => line.step))];

		if (lines.length === 0)
			return Data.model.adjustments.size > 0 && Parts.section(title, 'adjustments', element('p', null, Language.text('provider.adjustments.none')));
		return Parts.section(title, 'adjustments', element('p', null, Language.text('provider.adjustments.text')),
			Parts.table(title, ['step', 'field', 'before', 'after', 'reason'].map((key) => ({ label: Language.text(`adjustment.${key}`) })),
				lines.map((line) => [String(steps.indexOf(line.step) + 1), Parts.fieldName(line.field), adjusted(line.field, line.before), adjusted(line.field, line.after),
					line.reason !== null && typeof line.reason === 'object' ? Dom.label(line.reason) : line.reason && Dom.foreign(String(line.reason))])));
	}

	/* One line of the table of figures: value, quartiles of the peers, where in them. */
	function figureLine(entry, column) {
		const value = column.text(entry);
		const position = column.numeric ? Peers.position(entry, column) : null;
		const label = element('span', null, column.input ? Dom.label(column.input) : column.label(),
			column.input && column.better && element('span', { class: 'direction' }, Language.text(`peers.better.${column.better}`)));

		return [label, value !== null && element('span', { 'data-unit': column.unit }, column.numeric ? value : Dom.foreign(value)), column.unit ? Dom.foreign(column.unit) : element('span', null),
			...(position?.quartiles ?? [null, null, null]),
			column.numeric && Parts.strip(entry, column, column.label())].map((cell) => cell === false ? null : cell);
	}

	function figures(entry) {
		const { model } = Data;
		const columns = [...['score'].filter((key) => model.byKey.has(key)).map((key) => model.byKey.get(key)), ...model.columns.filter((column) => column.input)];
		const title = Language.text('peers.title');

		if (columns.length === 0)
			return Parts.section(title, 'figures', element('p', null, Language.text('peers.none')));

		const peers = Peers.of(entry);
		const heads = ['figure', 'value', 'unit', 'lower', 'median', 'upper', 'position'].map((key) => ({ label: Language.text(`peers.${key}`), numeric: ['value', 'lower', 'median', 'upper'].includes(key), class: `of-${key}`,
			short: ['lower', 'median', 'upper'].includes(key) ? Language.text(`peers.${key}`) : null }));

		return Parts.section(title, 'figures',
			element('p', null, Language.text(`peers.of.${peers.by}`, { n: peers.entries.length, group: peers.label() })),
			Parts.table(title, heads, columns.map((column) => figureLine(entry, column)), 'cards'),
			element('p', { class: 'note' }, Language.text('peers.legend')));
	}

	/* The results of an entry over the bulletins, this one last. */
	function results(entry) {
		const { bulletin } = Data.model;

		return [...Data.past(entry), { bulletin, score: Data.field('score', entry), grade: Data.item('grade', entry)?.code ?? null, rank: Data.field('rank', entry), peerRank: Data.field('peer_rank', entry), now: true }];
	}

	/* The drawing of a history: of scores where there are two, else of grades. */
	function historyChart(lines) {
		const labels = lines.map((line) => line.bulletin.period ?? `${line.bulletin.number}`);
		const scored = lines.filter((line) => Figures.isFigure(line.score)).length > 1;
		const gradePlace = (code) => Data.model.scale.findIndex((item) => item.code === code && item.order !== null);
		const points = lines.map((line) => {
			const place = gradePlace(line.grade);

			if (scored)
				return Figures.isFigure(line.score) ? { value: Number(line.score), text: line.score, step: Data.gradeStep(line.grade) } : null;
			return place < 0 ? null : { value: -place, text: Language.pick(Data.model.scale[place]).text, step: Data.gradeStep(line.grade) };
		});

		if (points.filter((point) => point !== null).length < 2)
			return null;

		const few = lines.length <= 6;
		const ordered = points.filter((point) => point !== null).sort((a, b) => a.value - b.value);
		const levels = scored ? few ? [] : [ordered[0], ordered[ordered.length - 1]]
			: Data.model.scale.filter((item) => item.order !== null).map((item, place) => ({ value: -place, text: Language.pick(item).text }));

		return element('figure', { class: 'trend' }, Charts.lines({ title: Language.text(scored ? 'chart.score' : 'chart.grade'), labels, series: [{ name: '', points }], levels }));
	}

	function history(entry) {
		const lines = results(entry);
		const title = Language.text('provider.history');

		if (lines.length === 1)
			return Parts.section(title, 'history', element('p', null, Language.text('provider.history.none')));

		const keys = ['score', 'grade', 'rank', 'peer_rank'].filter((key) => Data.model.byKey.has(key));
		const cells = { score: (line) => line.score, grade: (line) => line.grade && Parts.pastGrade(line.grade), rank: (line) => line.rank, peer_rank: (line) => line.peerRank };

		return Parts.section(title, 'history', historyChart(lines),
			Parts.table(title, [{ label: Language.text('bulletin.period') }, { label: Language.text('bulletin.published') }, ...keys.map((key) => ({ label: Language.text(`column.${key}`), numeric: key !== 'grade' }))],
				[...lines].reverse().map((line) => [
					element('span', null, Figures.period(line.bulletin.period), line.now && element('span', { class: 'now' }, Language.text('provider.this'))),
					line.bulletin.published_on && element('span', { class: 'day' }, line.bulletin.published_on), ...keys.map((key) => cells[key](line))])));
	}

	/* What is withheld of the entry, and what the bulletin has of no one. */
	function withheld(entry) {
		const pairs = Data.withheld(entry);
		const { outside } = Data.model;

		return Parts.section(Language.text('provider.withheld'), 'withheld',
			pairs.length > 0 ? Parts.table(Language.text('provider.withheld'), [{ label: Language.text('provider.withheld.what') }, { label: Language.text('provider.withheld.why') }],
				pairs.map(([key, reason]) => [Dom.foreign(key === '' ? '' : Parts.fieldName(key)), Dom.foreign(Language.reason(reason))]))
				: element('p', null, Language.text('provider.withheld.none')),
			outside.length > 0 && element('p', { class: 'note' }, Language.text('provider.outside', { columns: Language.list(outside.map((key) => Language.text(`column.${key}`))) })));
	}

	/* Adds the entry to what is compared, or takes it away. */
	function pickButton(entry, state) {
		const picked = state.pick.includes(Data.model.ids.get(entry));
		const full = !picked && Parts.picked(state).length >= Router.MOST_PICKED;

		return element('button', { type: 'button', class: 'quiet', 'data-keep': 'pick', 'aria-pressed': String(picked), disabled: full, title: full ? Language.text('picked.full') : null,
			on: { click: () => Router.go(Parts.picking(state, entry, !picked), true) } }, Language.text(picked ? 'picked.take' : 'picked.add'));
	}

	function build(state, back) {
		const entry = entryOf(state);
		const toList = element('a', { class: 'back', href: back }, Language.text('provider.back'));

		if (entry === undefined)
			return [element('p', { class: 'actions' }, toList), Parts.heading(Language.text('provider.unknown')), element('p', { class: 'empty' }, Language.text('provider.unknown.text'))];
		return [element('div', { class: 'actions' }, toList, pickButton(entry, state)),
			element('article', { class: 'provider' }, head(entry), reasons(entry), figures(entry), adjustments(entry), history(entry), withheld(entry))];
	}

	function title(state) {
		const entry = entryOf(state);

		return entry === undefined ? Language.text('provider.unknown') : Parts.nameOf(entry);
	}

	return { build, title, results };
})();
