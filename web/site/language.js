'use strict';

/*
 * Every text of the pages in both languages: [English, Chinese]. In English, a text in two parts with | between them has
 * the singular first, chosen by {n}. What stands in braces is filled in.
 */
const Language = (() => {
	const TEXTS = {
		// the frame
		'language': ['Language', '语言'],
		'skip': ['Skip to the content', '跳到正文'],
		'masthead': ['Public disclosure', '信息公开'],
		'bulletin.number': ['Bulletin No. {number}', '第 {number} 号公告'],
		'bulletin.untitled': ['Bulletin', '公告'],
		'bulletin.period': ['Period', '评价期'],
		'bulletin.published': ['Published', '发布日期'],
		'bulletin.served': ['Those named count as served on', '视为送达日期'],
		'bulletin.scheme': ['Scheme', '评价办法'],
		'bulletin.policy': ['Disclosure policy', '公示规则'],
		'bulletin.version': ['{code}, version {version}', '{code}（第 {version} 版）'],
		'bulletin.notes': ['Notes', '说明'],
		'state.corrected': ['This bulletin was corrected: another one took its place. Do not rely on it.', '本公告已被更正，由新的公告取代，请勿作为依据。'],
		'state.withdrawn': ['This bulletin was withdrawn. Do not rely on it.', '本公告已撤回，请勿作为依据。'],
		'state.preview': ['This is a preview (state: {state}). It is not published.', '预览稿（状态：{state}），尚未发布。'],
		'nav': ['Pages', '页面'],
		'nav.list': ['List', '名单'],
		'nav.tables': ['Distribution', '分布与趋势'],
		'nav.compare': ['Compare', '对比'],
		'nav.check': ['Download and check', '下载与核验'],
		'footer.hash': ['SHA-256 of this bulletin', '本公告的 SHA-256'],
		'footer.quiet': ['These pages load nothing from elsewhere, store nothing and send nothing.', '本页面不加载任何外部资源，不存储、不发送任何数据。'],
		'broken.title': ['The bulletin could not be opened', '无法打开公告'],
		'broken.missing': ['The file site/data.js is missing or cut short. Fetch the whole bundle again and check it with: sha256sum -c manifest.sha256',
			'文件 site/data.js 缺失或不完整。请重新下载完整的公告包，并用 sha256sum -c manifest.sha256 核对。'],
		'broken.format': ['The data have format {format}; these pages read format 1.', '数据格式为 {format}，本页面只能读取格式 1。'],

		// periods
		'period.year': ['{year}', '{year}年'],
		'period.first-half': ['First half of {year}', '{year}年上半年'],
		'period.second-half': ['Second half of {year}', '{year}年下半年'],
		'period.quarter': ['Quarter {number} of {year}', '{year}年第{number}季度'],
		'period.span': ['{start} to {end}', '{start}至{end}'],

		// what a column is called
		'column.code': ['Code', '编码'],
		'column.name': ['Name', '名称'],
		'column.kind': ['Kind', '类型'],
		'column.region': ['Region', '地区'],
		'column.level': ['Level', '级别'],
		'column.peer': ['Peer group', '同类组'],
		'column.score': ['Score', '得分'],
		'column.grade': ['Grade', '等级'],
		'column.rank': ['Rank', '排名'],
		'column.peer_rank': ['Rank among peers', '同类排名'],
		'column.reasons': ['Reasons', '评定依据'],
		'column.leaves_on': ['Shown until before', '公示截止'],
		'column.appeal': ['Appeal', '申诉'],
		'column.compare': ['Compare', '对比'],
		'column.entry': ['Entry', '条目'],
		'entry.number': ['Entry {number}', '第 {number} 条'],
		'nothing': ['none', '无'],

		// the list
		'list.title': ['List', '名单'],
		'list.search': ['Search by name or code', '按名称或编码查询'],
		'list.filters': ['Search and filter', '查询与筛选'],
		'list.all.region': ['All regions', '全部地区'],
		'list.all.level': ['All levels', '全部级别'],
		'list.all.kind': ['All kinds', '全部类型'],
		'list.clear': ['Clear search and filters', '清除条件'],
		'list.columns': ['Columns', '显示列'],
		'list.columns.hint': ['Which columns the table has, also on paper', '选择表格（含打印）显示的列'],
		'list.columns.usual': ['The usual columns', '恢复默认列'],
		'list.sort': ['Sort by', '排序'],
		'list.order': ['Order', '顺序'],
		'list.order.published': ['As published', '公布顺序'],
		'list.ascending': ['Ascending', '升序'],
		'list.descending': ['Descending', '降序'],
		'list.caption': ['Providers of the list', '名单'],
		'list.found': ['{shown} of {total} entry|{shown} of {total} entries', '共 {total} 条，符合条件 {shown} 条'],
		'list.found.all': ['{total} entry|{total} entries', '共 {total} 条'],
		'list.range': ['rows {first} to {last}', '第 {first}–{last} 条'],
		'list.none': ['Nothing meets these conditions.', '没有符合条件的条目。'],
		'list.empty.title': ['This bulletin names no one', '本公告不列名单'],
		'list.empty': ['It has tables only; see Distribution.', '本公告仅含统计表，见“分布与趋势”。'],
		'list.empty.all': ['It has neither entries nor tables that are still shown.', '本公告没有仍在公示期内的名单或统计表。'],
		'list.over': ['{n} entry is not shown any more: its time is over.|{n} entries are not shown any more: their time is over.', '另有 {n} 条公示期已满，不再显示。'],
		'list.grades': ['Grades of what is found: {grades}', '查询结果的等级分布：{grades}'],
		'list.pages': ['Pages of the list', '名单分页'],
		'list.page': ['Page {page} of {pages}', '第 {page} / {pages} 页'],
		'list.first': ['First page', '首页'],
		'list.previous': ['Previous page', '上一页'],
		'list.next': ['Next page', '下一页'],
		'list.last': ['Last page', '末页'],
		'list.pick': ['Compare {name}', '加入对比：{name}'],
		'list.printed': ['Conditions: {conditions}', '查询条件：{conditions}'],

		// picked for comparison
		'picked': ['Picked for comparison', '已选对比对象'],
		'picked.go': ['Compare', '开始对比'],
		'picked.remove': ['Remove {name} from the comparison', '移出对比：{name}'],
		'picked.full': ['At most four can be compared.', '最多对比四个。'],
		'picked.add': ['Add to the comparison', '加入对比'],
		'picked.take': ['Remove from the comparison', '移出对比'],

		// a provider
		'provider.back': ['Back to the list', '返回名单'],
		'provider.unknown': ['No such entry', '没有此条目'],
		'provider.unknown.text': ['This bulletin does not show what was asked for. It may never have been in it, or its time is over.', '本公告没有该条目：可能从未列入，也可能公示期已满。'],
		'provider.facts': ['Particulars', '基本信息'],
		'provider.grade': ['Grade', '等级'],
		'provider.ungraded': ['No grade published', '未公布等级'],
		'provider.reasons': ['Reasons', '评定依据'],
		'provider.reasons.none': ['No reasons are stated beyond the figures.', '除各项指标外未列其他依据。'],
		'provider.adjustments': ['Adjustments after scoring', '评分后的调整'],
		'provider.adjustments.text': ['Applied in this order to what the scorecard gave.', '在评分卡结果之上按下列次序作出。'],
		'provider.adjustments.none': ['None: score and grade are as the scorecard gave them.', '无调整：得分与等级即评分卡结果。'],
		'provider.withheld': ['Not disclosed', '不予公开的内容'],
		'provider.withheld.none': ['Nothing that this bulletin discloses is withheld here.', '本公告公开的各项在此均未隐去。'],
		'provider.withheld.all': ['All particulars of this entry are withheld.', '该条目的各项内容均不公开。'],
		'provider.withheld.what': ['What', '项目'],
		'provider.withheld.why': ['Why', '原因'],
		'provider.outside': ['Not part of this bulletin at all: {columns}.', '本公告整体不包含：{columns}。'],
		'provider.history': ['History', '历次结果'],
		'provider.history.none': ['There is no earlier bulletin that still shows this entry.', '没有仍在公示期内的历次公告。'],
		'provider.this': ['this bulletin', '本公告'],
		'adjustment.step': ['Step', '步骤'],
		'adjustment.field': ['What', '项目'],
		'adjustment.before': ['Before', '调整前'],
		'adjustment.after': ['After', '调整后'],
		'adjustment.reason': ['Reason', '理由'],

		// against peers
		'peers.title': ['Figures against peers', '指标与同类对比'],
		'peers.of.peer': ['Compared with the {n} entry of the same peer group, {group}.|Compared with the {n} entries of the same peer group, {group}.', '与同类组“{group}”的 {n} 个条目对比。'],
		'peers.of.level': ['Compared with the {n} entry of the same level, {group}.|Compared with the {n} entries of the same level, {group}.', '与同级别“{group}”的 {n} 个条目对比。'],
		'peers.of.kind': ['Compared with the {n} entry of the same kind, {group}.|Compared with the {n} entries of the same kind, {group}.', '与同类型“{group}”的 {n} 个条目对比。'],
		'peers.of.all': ['Compared with the {n} entry of the list.|Compared with all {n} entries of the list.', '与名单全部 {n} 个条目对比。'],
		'peers.legend': ['The strip has a quarter of the peers in each field. The mark is this entry; better is to the right where the scheme says what is better, otherwise higher is. Quartiles are figures of peers, by nearest rank.',
			'每格为四分之一的同类条目，圆点为本条目。评价办法规定了优劣方向的，右侧为优；否则右侧为高。四分位数取最近秩的实际公布值。'],
		'peers.figure': ['Figure', '指标'],
		'peers.value': ['Value', '数值'],
		'peers.unit': ['Unit', '单位'],
		'peers.lower': ['Lower quartile', '下四分位'],
		'peers.median': ['Median', '中位数'],
		'peers.upper': ['Upper quartile', '上四分位'],
		'peers.position': ['Position', '位置'],
		'peers.n': ['Peers with a figure', '有值条目数'],
		'peers.none': ['This bulletin has no figures besides.', '本公告未公布其他指标。'],
		'peers.few': ['too few to compare', '条目过少，不作对比'],
		'peers.same': ['all are the same', '全部相同'],
		'peers.common': ['the same as half of the peers or more', '与半数以上同类相同'],
		'peers.better.1': ['worst quarter', '最差四分之一'],
		'peers.better.2': ['second-worst quarter', '中下四分之一'],
		'peers.better.3': ['second-best quarter', '中上四分之一'],
		'peers.better.4': ['best quarter', '最优四分之一'],
		'peers.higher.1': ['lowest quarter', '最低四分之一'],
		'peers.higher.2': ['second lowest quarter', '次低四分之一'],
		'peers.higher.3': ['second highest quarter', '次高四分之一'],
		'peers.higher.4': ['highest quarter', '最高四分之一'],
		'peers.better.higher': ['higher is better', '越高越好'],
		'peers.better.lower': ['lower is better', '越低越好'],
		'peers.strip': ['{name}: {value}, {position}', '{name}：{value}，{position}'],

		// charts
		'chart.score': ['Score by bulletin', '历次得分'],
		'chart.grade': ['Grade by bulletin', '历次等级'],
		'chart.points': ['From left to right: {points}', '由左至右：{points}'],
		'chart.bar': ['{name}: {parts}', '{name}：{parts}'],
		'chart.part': ['{label} {count}', '{label} {count}'],
		'chart.none': ['nothing to show', '无可显示内容'],
		'chart.withheld': ['withheld: {count} together', '不公开部分合计 {count}'],
		'chart.withheld.size': ['withheld, size not stated', '不公开，数量未公布'],
		'chart.table': ['As a table', '表格形式'],

		// comparison
		'compare.title': ['Comparison', '对比'],
		'compare.empty': ['Pick up to four entries in the list, or add one from its page.', '请在名单中勾选（最多四个），或在条目页面加入。'],
		'compare.one': ['Pick another one to compare with.', '请再选择一个进行对比。'],
		'compare.caption': ['Entries side by side', '并列对比'],
		'compare.trend': ['Score by bulletin', '历次得分对比'],

		// tables
		'tables.title': ['Distribution and trends', '分布与趋势'],
		'tables.grades': ['Grades by class', '各类别等级分布'],
		'tables.classes': ['Counts by class', '各类别数量'],
		'tables.sums': ['Sums by class', '各类别合计'],
		'tables.other': ['Table: {name}', '统计表：{name}'],
		'tables.class': ['Class', '类别'],
		'tables.total': ['Total', '合计'],
		'tables.shares': ['Each bar is the whole of its class.', '每条为该类别的全部。'],
		'tables.counts': ['Bars are as long as the counts.', '条长与数量成比例。'],
		'tables.figures': ['Bars are as long as the sums.', '条长与合计值成比例。'],
		'tables.show.shares': ['Shares', '占比'],
		'tables.show.counts': ['Counts', '数量'],
		'tables.show.sums': ['Sums', '合计值'],
		'tables.show': ['Length of the bars', '条形长度'],
		'tables.withheld': ['Withheld cells', '不公开的单元格'],
		'tables.minimum': ['Counts above zero and below {minimum} are not disclosed, unless everyone counted is named with class and grade in a published list.', '大于零且小于 {minimum} 的数量不予公开；已公布名单列明其全部对象的类别和等级的除外。'],
		'tables.trend': ['Grades of the lists, bulletin by bulletin', '历次名单的等级分布'],
		'tables.trend.text': ['Counted from the entries that are still shown.', '按仍在公示期内的条目统计。'],
		'tables.measure': ['Sums: {name}', '合计值：{name}'],
		'tables.means': ['Means: {name}', '均值：{name}'],
		'tables.means.bars': ['Bars are as long as the means.', '条长与均值成比例。'],
		'tables.means.wide': ['Means by two classes are not drawn: they add up to nothing.', '按两个类别的均值不可加总，不绘制图形。'],
		'tables.none': ['This bulletin has no table.', '本公告没有统计表。'],
		'tables.mark': ['[c{number}]', '[密{number}]'],
		'tables.wide': ['This table is not drawn: it has too many lines, or figures below zero.', '该表行列过多或含负值，不绘制图形。'],

		// why something is withheld
		'reason.masked': ['cut to protect those concerned', '为保护相关方作脱敏处理'],
		'reason.hidden': ['not disclosed under the policy', '按公示规则不公开'],
		'reason.band_only': ['only the grade is disclosed', '仅公开等级'],
		'reason.generalised': ['given more coarsely to protect those concerned', '为保护相关方作概化处理'],
		'reason.confidential': ['small, or it would give a small figure away', '数值较小，或可据以推算较小的数值'],
		'reason.below_minimum': ['below the smallest count that is disclosed', '低于最小公开数量'],
		'reason.secondary': ['withheld so that another cell cannot be computed', '为防止推算其他单元格而不公开'],
		'reason.dominance': ['one or few contribute most of it', '个别对象占比过大'],
		'reason.p_percent': ['a contributor could estimate another too closely', '可被推算出个别对象的数值'],
		'reason.few_contributors': ['too few contribute to it', '涉及对象过少'],
		'reason.too_few': ['too few cases for a figure', '病例或样本数过少，不计算该指标'],
		'reason.no_cases': ['there are no cases', '无病例'],
		'reason.withdrawn': ['withdrawn', '已撤回'],

		// downloading and checking
		'check.title': ['Download and check', '下载与核验'],
		'check.files': ['Files of this bulletin', '本公告的文件'],
		'check.files.text': ['They lie beside this page and hold what it shows, and nothing else.', '以下文件与本页在同一目录，内容与本页一致。'],
		'check.file': ['File', '文件'],
		'check.what': ['What it holds', '内容'],
		'check.how': ['How to check', '如何核验'],
		'check.sums': ['1. That no file was changed', '一、核对文件未被改动'],
		'check.sums.text': ['In the folder of the bundle, the program sha256sum (on a Mac: shasum -a 256 -c) compares every file with the manifest and names each one that differs:',
			'在公告包所在目录运行 sha256sum（苹果系统：shasum -a 256 -c），逐一比对清单并指出不符的文件：'],
		'check.verify': ['2. That every published number follows from what is published', '二、核对每个公布的数据均可由公布内容得出'],
		'check.verify.text': ['The program credence works without network and database. It checks the sums, the chain of hashes, and recomputes scores and grades:',
			'程序 credence 无需网络和数据库，可核对校验和与哈希链，并重新计算得分和等级：'],
		'check.hash': ['3. That it is the bulletin that was published', '三、核对确为当时发布的公告'],
		'check.hash.text': ['The hash of a bulletin is the SHA-256 of heading.json. Compare it with the one that was printed, mailed or archived when the bulletin was published; it also vouches for every bulletin before it.',
			'公告的哈希值是 heading.json 的 SHA-256。请与发布时印刷、寄送或存档的哈希值比对；它同时为此前所有公告作证。'],
		'check.this': ['This bulletin', '本公告'],
		'check.before': ['The bulletin before it', '上一公告'],
		'check.first': ['none: it is the first', '无（首个公告）'],
		'check.limits': ['This page does not check itself: whoever can change the data can change the page. Use the programs above.', '本页面不能自证：能改动数据者亦能改动页面。请使用上述程序。'],
		'file.entries.csv': ['The list, one row each', '名单，每行一条'],
		'file.values.csv': ['Figures of the entries, one row each', '各条目的指标值'],
		'file.cells.csv': ['Cells of the tables, with reasons where withheld', '统计表单元格及不公开原因'],
		'file.adjustments.csv': ['Adjustments after scoring', '评分后的调整'],
		'file.data.json': ['All of it as one JSON document', '全部数据（JSON）'],
		'file.bulletin.xlsx': ['All of it as a workbook', '全部数据（电子表格）'],
		'file.manifest.sha256': ['SHA-256 sums of all files', '全部文件的 SHA-256 清单'],
		'file.heading.json': ['The heading that the hash of the bulletin is of', '公告标题，公告哈希值据此计算'],
		'file.chain.csv': ['The chain of bulletins up to this one', '截至本公告的公告链'],
		'file.items.csv': ['Every item in canonical form, with its hash', '各项目的规范形式及哈希值'],
		'file.scheme.json': ['The scheme by which was scored', '评价办法'],
		'file.norms.csv': ['Norms of the population that scores were taken against', '评分所依据的总体统计量'],
		'file.datapackage.json': ['Description of the tables (Frictionless Data Package)', '数据表说明（Data Package）'],
		'file.csvw-metadata.json': ['Description of the tables (CSV on the Web)', '数据表说明（CSVW）'],
		'file.dcat.jsonld': ['Catalogue entry (DCAT)', '数据目录条目（DCAT）'],
		'file.README.txt': ['What is what, in plain text', '说明文件'],
	};

	let language = 'en';

	function current() {
		return language;
	}

	function use(name) {
		language = name;
	}

	/* What the attribute lang says of a language. */
	function tag(name = language) {
		return name === 'zh' ? 'zh-Hans' : 'en';
	}

	/* Chinese where the reader's browser asks for it before English. */
	function preferred() {
		for (const name of navigator.languages ?? [])
			if (/^(zh|en)\b/i.test(name))
				return name.slice(0, 2).toLowerCase();
		return 'en';
	}

	function has(key) {
		return Object.hasOwn(TEXTS, key);
	}

	function keys() {
		return Object.keys(TEXTS);
	}

	/* A text as it stands in both languages. */
	function both(key) {
		return TEXTS[key];
	}

	/* A text in the language; a number n is written with separators and chooses between the parts. */
	function text(key, values = {}) {
		const [english, chinese] = TEXTS[key];
		let words = chinese;

		if (language === 'en') {
			const parts = english.split('|');

			words = parts.length > 1 && values.n !== 1 ? parts[1] : parts[0];
		}
		return words.replace(/\{(\w+)\}/g, (whole, name) => {
			const value = values[name];

			return name === 'n' ? Figures.count(value) : String(value ?? '');
		});
	}

	/* What an item {code, en, zh} is called, and in which language that is: the other one where this one has nothing. */
	function pick(item) {
		const other = language === 'zh' ? 'en' : 'zh';

		if (item?.[language])
			return { text: String(item[language]), lang: language };
		if (item?.[other])
			return { text: String(item[other]), lang: other };
		return { text: String(item?.code ?? item?.name ?? ''), lang: language };
	}

	/* Texts one after another. */
	function list(texts) {
		return texts.join(language === 'zh' ? '、' : ', ');
	}

	/* Why something is withheld, in words; a reason that is not known here as it is. */
	function reason(code) {
		return has(`reason.${code}`) ? text(`reason.${code}`) : String(code).replaceAll('_', ' ');
	}

	return { current, use, tag, preferred, has, keys, both, text, pick, list, reason };
})();
