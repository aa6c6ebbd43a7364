'use strict';

/*
 * The frame of the pages: masthead, navigation, what is shown now, the foot; and following the address.
 */
(() => {
	const { element } = Dom;
	const VIEWS = { list: List, provider: Provider, compare: Compare, tables: Tables, check: Check };
	const CODED = ['region', 'level', 'kind', 'grade'];
	const page = document.getElementById('page');
	let frame = null;						// what is kept from page to page, in one language
	let lastList = null;					// the list as it was left, to go back to
	let state = null;

	/* The state of the address, without what this bulletin does not have. */
	function readState() {
		const read = Router.read();
		const { model } = Data;

		read.view ??= model.entries.length === 0 && model.over === 0 && model.tables.length > 0 ? 'tables' : 'list';
		for (const key of CODED) {
			const known = read[key].filter((code) => model.byKey.has(key) && model[`${key}s`].some((item) => item.code === code));

			read[key] = key === 'grade' ? known : known.slice(0, 1);
		}
		read.columns = read.columns.filter((key) => model.byKey.has(key));
		if (!model.byKey.has(read.sort))
			read.sort = null;
		read.pick = read.pick.filter((id) => model.byId.has(id));
		return read;
	}

	/* The masthead; the links between the languages are kept, as their addresses follow the state. */
	function masthead() {
		const { bulletin } = Data.model;
		const title = bulletin.title?.en || bulletin.title?.zh ? Dom.label(bulletin.title) : Language.text('bulletin.untitled');
		const span = bulletin.period_start && bulletin.period_end ? Language.text('period.span', { start: Figures.day(bulletin.period_start), end: Figures.day(bulletin.period_end) }) : null;
		const version = (code, number) => code && Dom.foreign(number ? Language.text('bulletin.version', { code, version: number }) : code);
		const notes = bulletin.notes?.en || bulletin.notes?.zh ? Dom.label(bulletin.notes) : null;
		const warning = ['corrected', 'withdrawn'].includes(bulletin.state) ? Language.text(`state.${bulletin.state}`)
			: bulletin.state && bulletin.state !== 'published' ? Language.text('state.preview', { state: bulletin.state }) : null;

		frame.languages = ['zh', 'en'].map((name) => [name, element('a', { lang: Language.tag(name), hreflang: Language.tag(name), 'aria-current': Language.current() === name ? 'true' : null },
			name === 'zh' ? '中文' : 'English')]);
		return element('header', { class: 'masthead' },
			element('div', { class: 'top' },
				element('p', { class: 'office' }, Language.text('masthead'), bulletin.number ? ` · ${Language.text('bulletin.number', { number: bulletin.number })}` : null),
				element('nav', { class: 'languages', 'aria-label': Language.text('language') }, frame.languages.map(([, link]) => link))),
			element('p', { class: 'title' }, title),
			Parts.facts([
				[Language.text('bulletin.period'), bulletin.period ? element('span', null, Figures.period(bulletin.period), span && element('span', { class: 'span' }, span)) : span],
				[Language.text('bulletin.published'), Figures.day(bulletin.published_on) || null],
				[Language.text('bulletin.served'), Figures.day(bulletin.deemed_served_on) || null],
				[Language.text('bulletin.scheme'), version(bulletin.scheme, bulletin.scheme_version)],
				[Language.text('bulletin.policy'), version(bulletin.policy, bulletin.policy_version)],
			], 'about'),
			warning && element('p', { class: 'warning', role: 'alert' }, warning),
			notes && element('details', { class: 'notes' }, element('summary', null, Language.text('bulletin.notes')), element('p', null, notes)));
	}

	/* The links between the pages that this bulletin has; they are kept like those between the languages. */
	function navigation() {
		const { model } = Data;
		const has = { list: true, tables: model.tables.length > 0 || model.history.length > 0, compare: model.entries.length > 1, check: true };

		frame.tabs = Object.keys(has).filter((view) => has[view]).map((view) => [view, element('a', null), element('span', null)]);
		return element('nav', { class: 'tabs', 'aria-label': Language.text('nav') }, element('ul', null,
			frame.tabs.map(([view, link, count]) => { link.append(Language.text(`nav.${view}`), count); return element('li', null, link); })));
	}

	/* Points a link where it leads now, and says whether that is here. */
	function point(link, address, here, how) {
		link.setAttribute('href', address);
		if (here)
			link.setAttribute('aria-current', how);
		else
			link.removeAttribute('aria-current');
	}

	/* Brings the links of the frame in line with the state. */
	function updateFrame() {
		for (const [name, link] of frame.languages)
			point(link, Router.address({ ...state, language: name }), Language.current() === name, 'true');
		for (const [view, link, count] of frame.tabs) {
			point(link, view === 'list' ? backToList() : Router.address({ ...state, view }), state.view === view || view === 'list' && state.view === 'provider', 'page');
			count.replaceChildren(view === 'compare' && state.pick.length > 0 ? ` (${state.pick.length})` : '');
		}
		Dom.keepingFocus(frame.tray, () => frame.tray.replaceChildren(...[Parts.tray(state)].filter((tray) => tray !== null)), heading);
	}

	function heading() {
		return frame.content.querySelector('h1');
	}

	function foot() {
		const { bulletin } = Data.model;

		return element('footer', null,
			bulletin.hash && element('p', null, Language.text('footer.hash'), ' ', element('code', { class: 'hash' }, bulletin.hash)),
			element('p', null, Language.text('footer.quiet')));
	}

	/* The address of the list as it was left, with what is picked by now. */
	function backToList() {
		return Router.address({ ...(lastList ?? { ...Router.read('#') }), view: 'list', language: state.language, pick: state.pick });
	}

	/* Builds the frame in a language. */
	function buildFrame() {
		document.documentElement.lang = Language.tag();
		frame = { language: Language.current(), content: element('main', { id: 'content' }), tray: element('div', { class: 'tray-place' }), key: null };
		page.replaceChildren(
			element('a', { class: 'skip', href: '#content', on: { click: (event) => { event.preventDefault(); heading().focus(); } } }, Language.text('skip')),
			masthead(), navigation(), frame.content, frame.tray, foot());
	}

	/* Shows what the address asks for. The list is kept and brought up to date; other pages are built for all they depend on. */
	function follow() {
		const before = state;

		state = readState();
		Language.use(state.language ?? Language.preferred());
		if (frame?.language !== Language.current())
			buildFrame();
		if (state.view === 'list')
			lastList = state;
		updateFrame();

		const view = VIEWS[state.view];
		const key = state.view === 'list' ? 'list' : JSON.stringify([state.view, state.provider, state.counts, state.pick]);

		if (frame.key !== key) {
			frame.key = key;
			frame.content.className = `view-${state.view}`;
			Dom.keepingFocus(frame.content, () => frame.content.replaceChildren(element('div', null, view.build(state, backToList()))), heading);
		}
		view.show?.(state);
		document.title = `${view.title(state)} · ${Language.pick(Data.model.bulletin.title).text || Language.text('bulletin.untitled')}`;
		if (before && (before.view !== state.view || before.provider !== state.provider)) {
			scrollTo(0, 0);
			heading().focus({ preventScroll: true });
		}
	}

	/* Says in both languages what is wrong with the data. */
	function complain({ key, values }) {
		const say = (name, level) => {
			Language.use(name);
			return element('section', { lang: Language.tag() }, element(level, null, Language.text('broken.title')), element('p', null, Language.text(key, values)));
		};

		page.replaceChildren(element('main', { class: 'alone' }, say('en', 'h1'), say('zh', 'h2')));
	}

	const data = globalThis.credence ?? null;
	const problem = Data.problem(data);

	if (problem !== null) {
		complain(problem);
		return;
	}
	Data.open(data);
	addEventListener('hashchange', follow);
	addEventListener('beforeprint', () => { if (state.view === 'list') List.beforePrint(); });
	addEventListener('afterprint', () => { if (state.view === 'list') List.afterPrint(); });
	follow();
})();
