'use strict';

/*
 * What several pages have in common: marks of grades, small tables, what is picked for comparison.
 */
const Parts = (() => {
	const { element } = Dom;

	/* A grade {code, en, zh} as a mark in its colour; the text says it all. */
	function grade(item, large = false) {
		const step = Data.gradeStep(item.code);
		const name = Language.pick(item).text;

		return element('span', { class: `grade${large ? ' large' : ''} ${step === null ? 'step-none' : `step-${step} on-step-${step}`}` },
			element('bdi', { class: 'grade-code' }, item.code),
			name !== item.code && element('span', { class: 'grade-name' }, ' ', Dom.label(item)));
	}

	/* The grade of a code that an earlier bulletin gave. */
	function pastGrade(code) {
		return grade(Data.grade(code) ?? { code });
	}

	/* What an entry is called: its name, else its code, else its number. */
	function nameOf(entry) {
		return Data.field('name', entry) ?? Data.field('code', entry) ?? Language.text('entry.number', { number: Data.field('entry', entry) });
	}

	/* The field of an entry as it is shown; null where there is nothing. */
	function shown(column, entry) {
		const item = column.item?.(entry);

		if (item)
			return column.key === 'grade' ? grade(item) : Dom.label(item);
		if (column.item)
			return null;

		const text = column.text(entry);

		return text === null ? null : column.numeric ? text : Dom.foreign(text);
	}

	/* The strip of an entry in a column of figures with its position in words; null where it has no figure. */
	function strip(entry, column, name) {
		const value = column.text(entry);

		if (value === null)
			return null;

		const position = Peers.position(entry, column);
		const words = Peers.words(position, column);

		return element('div', { class: 'strip-line' },
			position.share !== null && Charts.strip(position.share, Language.text('peers.strip', { name, value, position: words })),
			element('span', { class: 'position-words' }, words));
	}

	/* The name of what stands for nothing. */
	function dash() {
		return element('span', { class: 'dash' }, element('span', { 'aria-hidden': 'true' }, '–'), Dom.spoken(Language.text('nothing')));
	}

	/*
	 * A small table. columns: {label, numeric, class, short: what stands before it on a narrow screen}; rows: lists of cells, the first one heads its row.
	 */
	function table(caption, columns, rows, className = '') {
		return element('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': caption },
			element('table', { class: `small ${className}` },
				element('caption', { class: 'spoken' }, caption),
				element('thead', null, element('tr', null, columns.map((column) => element('th', { scope: 'col', class: column.numeric ? 'figure' : null }, column.label)))),
				element('tbody', null, rows.map((cells) => element('tr', null, cells.map((cell, place) => {
					const attributes = { 'data-label': columns[place].short ?? null,
						class: [columns[place].numeric && 'figure', columns[place].class, cell?.className === 'long' && 'broken'].filter(Boolean).join(' ') || null };

					return place === 0 ? element('th', { scope: 'row', ...attributes }, cell ?? dash()) : element('td', attributes, cell ?? dash());
				}))))));
	}

	/* A section with its heading, by which it is called. */
	function section(title, className, ...content) {
		const id = Dom.id('section');

		return element('section', { class: className, 'aria-labelledby': id }, element('h2', { id }, title), content);
	}

	/* The heading of a page, which has the focus once the page is shown. */
	function heading(content, className = null) {
		return element('h1', { tabindex: -1, class: className }, content);
	}

	/* Names and values one under the other; pairs without a value are left out. */
	function facts(pairs, className) {
		return element('dl', { class: className }, pairs.filter(([, value]) => value !== null && value !== undefined)
			.map(([name, value]) => element('div', null, element('dt', null, name), element('dd', null, value))));
	}

	/* What a field is called in whatever speaks of it by its name. */
	function fieldName(key) {
		const column = Data.model.byKey.get(key) ?? Data.model.byKey.get(`input.${key}`);

		return column ? column.label() : Language.has(`column.${key}`) ? Language.text(`column.${key}`) : String(key);
	}

	/* The address of the page of an entry. */
	function pageOf(entry, state) {
		return Router.address({ ...state, view: 'provider', provider: Data.model.ids.get(entry) });
	}

	/* A state with an entry picked, or not any more. */
	function picking(state, entry, picked) {
		const id = Data.model.ids.get(entry);
		const others = state.pick.filter((each) => each !== id);

		return { ...state, pick: picked ? [...others, id].slice(0, Router.MOST_PICKED) : others };
	}

	/* The entries that are picked; what is not shown any more is left out. */
	function picked(state) {
		return state.pick.map((id) => Data.model.byId.get(id)).filter((entry) => entry !== undefined);
	}

	/* The bar at the foot of the page with what is picked; null where nothing is. */
	function tray(state) {
		const entries = state.view === 'list' || state.view === 'provider' ? picked(state) : [];

		return entries.length === 0 ? null : element('aside', { class: 'tray', 'aria-label': Language.text('picked') },
			element('ul', null, entries.map((entry) => element('li', null, Dom.foreign(nameOf(entry)),
				element('button', { type: 'button', class: 'remove', 'data-keep': `remove ${Data.model.ids.get(entry)}`, 'aria-label': Language.text('picked.remove', { name: nameOf(entry) }),
					on: { click: () => Router.go(picking(state, entry, false), true) } }, '×')))),
			element('a', { class: 'button', href: Router.address({ ...state, view: 'compare' }) }, Language.text('picked.go'), ` (${entries.length})`));
	}

	return { grade, pastGrade, nameOf, shown, strip, dash, table, section, heading, facts, fieldName, pageOf, picking, picked, tray };
})();
