'use strict';

/*
 * Making elements. Texts become text nodes and nothing else: no markup is ever read out of data.
 */
const Dom = (() => {
	const SVG = 'http://www.w3.org/2000/svg';
	const HAN = /\p{Script=Han}/u;
	const LETTERS = /[A-Za-z]{2}/;
	const LONG = /\S{25}/u;		// a word that may be broken anywhere, or its column would be as wide
	let made = 0;

	/* Appends texts, nodes and lists of them; what is null or false is left out. */
	function append(parent, children) {
		for (const child of children) {
			if (Array.isArray(child))
				append(parent, child);
			else if (child !== null && child !== undefined && child !== false)
				parent.append(child);
		}
		return parent;
	}

	/* Sets attributes; one that is null or false is left out, true stands for the empty text, "on" has listeners. */
	function adorn(node, attributes) {
		for (const [name, value] of Object.entries(attributes ?? {})) {
			if (name === 'on')
				for (const [event, listener] of Object.entries(value))
					node.addEventListener(event, listener);
			else if (value !== null && value !== undefined && value !== false)
				node.setAttribute(name, value === true ? '' : value);
		}
		return node;
	}

	function element(name, attributes, ...children) {
		return append(adorn(document.createElement(name), attributes), children);
	}

	function svg(name, attributes, ...children) {
		return append(adorn(document.createElementNS(SVG, name), attributes), children);
	}

	/* An id that no other element has. */
	function id(prefix) {
		made += 1;
		return `${prefix}-${made}`;
	}

	/* Has a text a word that must be broken to fit into a column? */
	function isLong(text) {
		return LONG.test(text);
	}

	/* A text that others wrote, kept to itself: its direction does not reach beyond it, its script tells its language. */
	function foreign(text) {
		const lang = HAN.test(text) ? 'zh-Hans' : LETTERS.test(text) && Language.current() !== 'en' ? 'en' : null;

		return element('bdi', { lang: lang === Language.tag() ? null : lang, class: isLong(text) ? 'long' : null }, text);
	}

	/* What is called something in one language or in both. */
	function label(item) {
		const { text, lang } = Language.pick(item);

		return element('bdi', { lang: lang === Language.current() ? null : Language.tag(lang), class: isLong(text) ? 'long' : null }, text);
	}

	/* Read out, but not seen. */
	function spoken(text) {
		return element('span', { class: 'spoken' }, text);
	}

	/* Does work that makes a container anew and gives the focus back to what has the same data-keep, else to another element. */
	function keepingFocus(container, work, otherwise) {
		const held = container.contains(document.activeElement) ? document.activeElement : null;
		const name = held?.dataset.keep;

		work();
		if (held === null || held.isConnected)
			return;

		const again = name === undefined ? null : container.querySelector(`[data-keep="${CSS.escape(name)}"]`);

		(again ?? otherwise?.())?.focus({ preventScroll: true });
	}

	return { element, isLong, svg, id, foreign, label, spoken, keepingFocus };
})();
