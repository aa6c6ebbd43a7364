'use strict';

/*
 * The list: search, filters, a table in pages, all of it while printing.
 */
const List = (() => {
	const { element } = Dom;
	const ROWS = 50;
	const WAIT = 150;						// milliseconds after the last key before a search begins
	const USUAL = ['entry', 'name', 'code', 'kind', 'region', 'level', 'grade', 'score', 'rank', 'peer_rank'];
	const FEW_INPUTS = 3;
	const MOST_INPUTS = 6;
	const SELECTS = ['region', 'level', 'kind'];
	let state;
	let parts;

	/* The columns that the table has: those asked for, or the usual ones of what the bulletin has. */
	function columns() {
		const { columns: all, byKey, kinds, head } = Data.model;

		if (state.columns.length > 0)
			return all.filter((column) => column.key === head || state.columns.includes(column.key));

		const inputs = all.filter((column) => column.input);
		const graded = byKey.has('grade') || byKey.has('score');
		const wanted = graded ? inputs.length > FEW_INPUTS ? 0 : FEW_INPUTS : MOST_INPUTS;

		return [...USUAL.map((key) => byKey.get(key)).filter((column) => column && (column.key !== 'kind' || kinds.length > 1)), ...inputs.slice(0, wanted)];
	}

	/* Goes to the list with other conditions, on its first page unless said otherwise. */
	function change(changes) {
		Router.go({ ...state, page: 1, ...changes }, true);
	}

	function selectOf(key, items) {
		const own = element('select', { id: `filter-${key}`, on: { change: () => change({ [key]: own.value === '' ? [] : [own.value.slice(1)] }) } },
			element('option', { value: '' }, Language.text(`list.all.${key}`)),
			// a letter before the code, as a code may be empty too
			items.map((item) => element('option', { value: `=${item.code}` }, Language.pick(item).text)));

		return own;
	}

	/* The marks by which grades are filtered. */
	function gradeBoxes() {
		if (!Data.model.byKey.has('grade') || Data.model.grades.length < 2)
			return null;
		parts.grades = Data.model.grades.map((item) => {
			const box = element('input', { type: 'checkbox', on: { change: () => change({ grade: parts.grades.filter((each) => each.box.checked).map((each) => each.item.code) }) } });

			return { item, box, count: element('span', { class: 'count' }) };
		});
		return element('fieldset', { class: 'grades' }, element('legend', null, Language.text('column.grade')),
			parts.grades.map(({ item, box, count }) => element('label', null, box, Parts.grade(item), count)));
	}

	/* The choice of columns, folded away. */
	function columnBoxes() {
		parts.columns = Data.model.columns.filter((column) => column.key !== Data.model.head).map((column) => {
			const box = element('input', { type: 'checkbox', on: { change: () => change({ page: state.page, columns: parts.columns.filter((each) => each.box.checked).map((each) => each.column.key) }) } });

			return { column, box };
		});
		return element('details', { class: 'columns' }, element('summary', null, Language.text('list.columns')),
			element('fieldset', null, element('legend', null, Language.text('list.columns.hint')),
				parts.columns.map(({ column, box }) => element('label', null, box, Dom.foreign(column.label()))),
				element('button', { type: 'button', class: 'quiet', on: { click: () => change({ page: state.page, columns: [] }) } }, Language.text('list.columns.usual'))));
	}

	/* The choice of the order, for screens on which the heads of the columns are not seen. */
	function sortBoxes() {
		parts.sort = element('select', { id: 'sort', on: { change: () => sortBy(parts.sort.value || null) } },
			element('option', { value: '' }, Language.text('list.order.published')),
			Data.model.columns.map((column) => element('option', { value: column.key }, column.label())));
		parts.order = element('select', { id: 'order', on: { change: () => change({ descending: parts.order.value === 'down' }) } },
			element('option', { value: 'up' }, Language.text('list.ascending')), element('option', { value: 'down' }, Language.text('list.descending')));
		return element('div', { class: 'sorting' },
			element('label', { for: 'sort' }, Language.text('list.sort')), parts.sort, element('label', { for: 'order', class: 'spoken' }, Language.text('list.order')), parts.order);
	}

	function form() {
		let timer;
		const search = () => { clearTimeout(timer); change({ q: parts.query.value }); };

		parts.query = element('input', { type: 'search', id: 'query', autocomplete: 'off', spellcheck: 'false', enterkeyhint: 'search',
			on: { input: () => { clearTimeout(timer); timer = setTimeout(search, WAIT); } } });
		parts.selects = {};
		return element('form', { class: 'conditions', role: 'search', 'aria-label': Language.text('list.filters'), on: { submit: (event) => { event.preventDefault(); search(); } } },
			element('div', { class: 'field wide' }, element('label', { for: 'query' }, Language.text('list.search')), parts.query),
			SELECTS.filter((key) => Data.model.byKey.has(key) && Data.model[`${key}s`].length > 1).map((key) => {
				parts.selects[key] = selectOf(key, Data.model[`${key}s`]);
				return element('div', { class: 'field' }, element('label', { for: `filter-${key}` }, Language.text(`column.${key}`)), parts.selects[key]);
			}),
			element('div', { class: 'second' }, gradeBoxes(), parts.clear = element('button', { type: 'button', class: 'quiet',
				on: { click: () => { parts.query.value = ''; change({ q: '', region: [], level: [], kind: [], grade: [] }); parts.query.focus(); } } }, Language.text('list.clear'))));
	}

	/* First sight of a column is in its natural direction; the next is the other, the third none. */
	function sortBy(key) {
		const column = Data.model.byKey.get(key);
		const first = column?.numeric && column.better !== 'lower' || false;

		if (!column)
			change({ sort: null, descending: false });
		else if (state.sort !== key)
			change({ sort: key, descending: first });
		else
			change(state.descending === first ? { descending: !first } : { sort: null, descending: false });
	}

	function pager() {
		const buttons = { first: () => 1, previous: () => state.page - 1, next: () => state.page + 1, last: () => parts.pages };
		const signs = { first: '«', previous: '‹', next: '›', last: '»' };

		parts.buttons = {};
		for (const [name, page] of Object.entries(buttons))
			parts.buttons[name] = element('button', { type: 'button', 'aria-label': Language.text(`list.${name}`), title: Language.text(`list.${name}`), on: { click: () => {
				if (parts.buttons[name].getAttribute('aria-disabled') !== 'true') {
					change({ page: page() });
					parts.table.scrollIntoView({ block: 'start' });
				}
			} } }, signs[name]);
		parts.where = element('span', { class: 'where' });
		return element('nav', { class: 'pager', 'aria-label': Language.text('list.pages') },
			parts.buttons.first, parts.buttons.previous, parts.where, parts.buttons.next, parts.buttons.last);
	}

	/* Makes the page; show() fills it. */
	function build() {
		const { model } = Data;

		parts = { grades: [], columns: [], pages: 1 };
		if (model.entries.length === 0)
			return [Parts.heading(Language.text(model.over > 0 ? 'list.title' : 'list.empty.title')),
				element('p', { class: 'empty' }, model.over > 0 ? Language.text('list.over', { n: model.over })
					: Language.text(model.tables.length > 0 ? 'list.empty' : 'list.empty.all'))];
		parts.head = element('thead', { role: 'rowgroup' });
		parts.body = element('tbody', { role: 'rowgroup' });
		parts.status = element('p', { class: 'status', role: 'status' });
		parts.bar = element('div', { class: 'found-bar' });
		parts.printed = element('p', { class: 'printed' });
		parts.none = element('p', { class: 'empty', hidden: true }, Language.text('list.none'));
		parts.table = element('table', { class: 'list', role: 'table' }, element('caption', { class: 'spoken' }, Language.text('list.caption')), parts.head, parts.body);
		return [
			Parts.heading(Language.text('list.title'), 'spoken'),
			form(),
			element('div', { class: 'found' }, parts.status, parts.bar, element('div', { class: 'tools' }, sortBoxes(), columnBoxes())),
			parts.printed,
			element('div', { class: 'scroll', role: 'group', tabindex: 0, 'aria-label': Language.text('list.caption') }, parts.table),
			parts.none,
			parts.pager = pager(),
			model.over > 0 && element('p', { class: 'note' }, Language.text('list.over', { n: model.over })),
		];
	}

	function header(shownColumns, paper) {
		return element('tr', { role: 'row', 'aria-rowindex': 1 },
			!paper && element('th', { role: 'columnheader', scope: 'col', class: 'pick' }, Dom.spoken(Language.text('column.compare'))),
			shownColumns.map((column) => {
				const order = state.sort !== column.key ? 'none' : state.descending ? 'descending' : 'ascending';

				return element('th', { role: 'columnheader', scope: 'col', 'aria-sort': order, 'data-column': column.key, class: column.numeric ? 'figure' : null },
					element('button', { type: 'button', class: 'sort', 'data-keep': `sort ${column.key}`, on: { click: () => sortBy(column.key) } },
						Dom.foreign(column.label()), element('span', { class: 'arrow', 'aria-hidden': 'true' })));
			}));
	}

	function row(entry, place, shownColumns, full) {
		const id = Data.model.ids.get(entry);
		const picked = state.pick.includes(id);
		const box = element('input', { type: 'checkbox', 'aria-label': Language.text('list.pick', { name: Parts.nameOf(entry) }), disabled: full && !picked,
			title: full && !picked ? Language.text('picked.full') : null, 'data-keep': `pick ${id}`,
			on: { change: () => Router.go(Parts.picking(state, entry, box.checked), true) } });

		box.checked = picked;
		return element('tr', { role: 'row', 'aria-rowindex': place + 2, class: picked ? 'picked' : null },
			element('td', { role: 'cell', class: 'pick' }, box),
			shownColumns.map((column) => {
				const attributes = { 'data-column': column.key, 'data-label': column.label(), class: column.numeric ? 'figure' : null };

				if (column.key === Data.model.head)
					return element('th', { role: 'rowheader', scope: 'row', ...attributes }, element('a', { href: Parts.pageOf(entry, state), 'data-keep': `page ${id}` }, Dom.foreign(Parts.nameOf(entry))));

				const content = Parts.shown(column, entry) ?? Parts.dash();

				return element('td', { role: 'cell', ...attributes, 'data-pad': column.numeric && typeof content === 'string' ? Data.padding(column, content) : null, class: content.className === 'long' ? 'broken' : attributes.class }, content);
			}));
	}

	/* A row for paper: nothing to pick or to follow, and as few elements as can be, since thousands may go there at once. */
	function paperRow(entry, place, shownColumns) {
		return element('tr', { role: 'row', 'aria-rowindex': place + 2 }, shownColumns.map((column) => {
			const text = column.key === Data.model.head ? Parts.nameOf(entry) : column.text(entry) ?? '';
			const attributes = { 'data-column': column.key, class: column.numeric ? 'figure' : Dom.isLong(text) ? 'long broken' : null };

			if (column.key === Data.model.head)
				return element('th', { role: 'rowheader', scope: 'row', dir: 'auto', ...attributes }, text);
			return column.key === 'grade' ? element('td', { role: 'cell', ...attributes }, Parts.shown(column, entry) ?? '–')
				: element('td', { role: 'cell', ...attributes, ...column.numeric ? { 'data-pad': column.text(entry) && Data.padding(column, column.text(entry)) } : { dir: 'auto' } }, column.text(entry) ?? '–');
		}));
	}

	/* The conditions in words, for paper. */
	function conditions() {
		const said = state.q.trim() === '' ? [] : [`“${state.q.trim()}”`];

		for (const key of ['region', 'level', 'kind', 'grade'])
			if (state[key].length > 0)
				said.push(`${Language.text(`column.${key}`)}: ${Language.list(state[key].map((code) => Language.pick(Data.model[`${key}s`].find((item) => item.code === code)).text))}`);
		return said;
	}

	/* Shows the rows of one page, or all of them for paper. */
	function fill(entries, paper = false) {
		const from = paper ? 0 : (state.page - 1) * ROWS;
		const shownColumns = columns();
		const full = Parts.picked(state).length >= Router.MOST_PICKED;

		Dom.keepingFocus(parts.table, () => {
			const rows = document.createDocumentFragment();

			entries.slice(from, paper ? entries.length : from + ROWS).forEach((entry, place) =>
				rows.append(paper ? paperRow(entry, place, shownColumns) : row(entry, from + place, shownColumns, full)));
			parts.head.replaceChildren(header(shownColumns, paper));
			parts.body.replaceChildren(rows);
		});
		parts.table.setAttribute('aria-rowcount', entries.length + 1);
		parts.table.setAttribute('aria-colcount', shownColumns.length + (paper ? 0 : 1));
	}

	/* Brings the form in line with the state, unless the reader is at it. */
	function follow() {
		if (document.activeElement !== parts.query)
			parts.query.value = state.q;
		for (const [key, select] of Object.entries(parts.selects))
			select.value = state[key].length > 0 ? `=${state[key][0]}` : '';
		for (const { item, box } of parts.grades)
			box.checked = state.grade.includes(item.code);

		const now = new Set(columns().map((column) => column.key));

		for (const { column, box } of parts.columns)
			box.checked = now.has(column.key);
		parts.sort.value = state.sort ?? '';
		parts.order.value = state.descending ? 'down' : 'up';
		parts.order.disabled = state.sort === null;
		parts.clear.disabled = conditions().length === 0;
	}

	/* How many were found, in words and as a bar of their grades. */
	function summarise(entries) {
		const { model } = Data;
		const total = model.entries.length;
		const counts = Data.countGrades(entries);
		const first = (state.page - 1) * ROWS;
		const found = Language.text(entries.length === total ? 'list.found.all' : 'list.found', { n: total, shown: Figures.count(entries.length), total: Figures.count(total) });
		const range = entries.length > ROWS ? Language.text('list.range', { first: Figures.count(first + 1), last: Figures.count(Math.min(first + ROWS, entries.length)) }) : null;

		parts.status.replaceChildren(element('strong', null, found), ...(range ? [element('span', { class: 'range' }, range)] : []));
		parts.grades.forEach(({ count }, place) => count.replaceChildren(Figures.count(counts[place])));
		parts.bar.replaceChildren(...(entries.length > 0 && model.byKey.has('grade') ? [Charts.bar({ slim: true, name: Language.text('column.grade'),
			parts: model.grades.map((item, place) => ({ label: Language.pick(item).text, text: Figures.count(counts[place]), size: counts[place], step: Data.gradeStep(item.code) })) })] : []));
		parts.printed.replaceChildren(conditions().length > 0 ? Language.text('list.printed', { conditions: conditions().join('; ') }) : '');
		parts.none.hidden = entries.length > 0;
	}

	function show(next) {
		state = next;
		if (Data.model.entries.length === 0)
			return;

		const entries = Data.select(state);

		parts.pages = Math.max(1, Math.ceil(entries.length / ROWS));
		state.page = Math.min(state.page, parts.pages);
		follow();
		summarise(entries);
		fill(entries);
		parts.pager.hidden = parts.pages === 1;
		parts.where.replaceChildren(Language.text('list.page', { page: Figures.count(state.page), pages: Figures.count(parts.pages) }));
		for (const [name, button] of Object.entries(parts.buttons))
			button.setAttribute('aria-disabled', name === 'first' || name === 'previous' ? state.page === 1 : state.page === parts.pages);
	}

	/* All that was found goes to paper, and only one page of it back to the screen. */
	function beforePrint() {
		if (Data.model.entries.length > 0)
			fill(Data.select(state), true);
	}

	function afterPrint() {
		show(state);
	}

	return { build, show, beforePrint, afterPrint, title: () => Language.text('list.title') };
})();
