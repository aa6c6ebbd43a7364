-- Masks and generalisation as functions: what is left of names, numbers and addresses in every form, and that no mask says more than it may.
\pset format unaligned
\pset null -
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SET search_path TO credence_disclosure, credence_registry, credence, public;
-- each: what is left, for several
CREATE FUNCTION pg_temp.left_of(mask text, VARIADIC texts text[]) RETURNS TABLE (text text, left_of text) LANGUAGE sql AS $$ SELECT t, credence_disclosure.masked(t, mask) FROM unnest(texts) WITH ORDINALITY u (t, n) ORDER BY n $$;

-- Chinese names; compound surnames, dots, blanks, one character
SELECT * FROM pg_temp.left_of('name', '张三', '王小明', '欧阳娜娜', '欧阳修', '欧阳', '司馬相如', '司马相如长卿', '王 小　明', '买买提·吐尔逊', '迪丽热巴', '王', '김철수', 'さくら', '第五伦');
-- other scripts, mixed ones, marks, emoji, nothing
SELECT * FROM pg_temp.left_of('name', 'John A. Smith', 'O''Neil-Smith (Bob)', 'J', 'Cher', '王Peter', 'Peter 王小明', 'Ｊｏｈｎ　Ｄｏｅ', 'Élodie Ünal', 'E' || U&'\0301' || 'lodie U' || U&'\0308' || 'nal', 'Иван Петров', 'محمد علي', '😀', '👨‍👩‍👧 Li', '3M', '', '  ', '&', U&'\200B\0301', NULL);
SELECT mask_name('E' || U&'\0301' || 'lodie') = mask_name('Élodie') AS either_way, mask_name(U&'\202E' || '张三') AS no_direction;
-- identity numbers
SELECT * FROM pg_temp.left_of('identity', '32050119800101123X', '32050119800101123x', '320501 19800101 1234', '３２０５０１１９８００１０１１２３４', '320501800101123', 'E12345678', 'H1234-5678', 'EA1234567', '91320500MA1ABCDE0X', '3205011980010112', 'A', '', NULL);
-- telephone numbers
SELECT * FROM pg_temp.left_of('phone', '13812345678', '138 1234 5678', '+86 138-1234-5678', '008613812345678', '１３８１２３４５６７８', '0512-65123456', '(010) 8888 8888转801', '+86 512 65123456', '+44 20 7946 0958', '+1 (212) 555-1234 ext. 7', '0085223456789', '65123456', '400-820-8888', '110', '13812345678/13900001111', '13812345678、0512-65123456', 'none', '', NULL);
-- addresses
SELECT * FROM pg_temp.left_of('address', '江苏省苏州市姑苏区干将东路333号2幢', '中国上海市浦东新区世纪大道100号', '江苏省苏州市苏州工业园区星湖街328号', '江苏省昆山市玉山镇朝阳路1号', '内蒙古自治区呼和浩特市新城区1号',
	'新疆维吾尔自治区伊犁哈萨克自治州伊宁市解放路', '甘肃省临夏回族自治州积石山保安族东乡族撒拉族自治县吹麻滩镇', '臺灣省臺北市大安區忠孝東路', '台州市路桥区1号', '镇江市鼓楼区1号', '苏州市观前街小区12号', '苏州市锦绣花城东区3号', '苏州市纺织厂生活区', '朝阳小区3幢', '干将东路333号', '王小明转');
SELECT * FROM pg_temp.left_of('address', '12 High Street, York, United Kingdom', 'Flat 3, Rose Cottage, Hope Street, Leeds, UK', '12 High Street', 'Suzhou, Jiangsu, China', 'Room 1 , London NW1 6XE, United Kingdom', 'John Smith', ',', '', NULL);
-- codes, initials
SELECT * FROM pg_temp.left_of('code', '91320500MA1ABCDE0X', 'DP000001', 'DP00001', 'X', '', NULL);
SELECT * FROM pg_temp.left_of('initial', 'H clinic', ' ', NULL);
SELECT masked('x', 'hidden') IS NULL AS hidden, masked('x', 'none') AS none;

-- properties, over texts put together by chance: masked again a text stays as it is; no more digits are left than the rule
-- allows, and only the first and the last; the longest text leaves no more than a bounded one
CREATE TEMP TABLE sample AS
	SELECT n, string_agg((ARRAY['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '1', '3', '8', 'X', 'x', 'a', 'B', 'é', '*', '*', ' ', '-', '+', '.', '(', ')', '"', ',', ',', '·', '张', '王', '欧', '阳', '省', '市',
		'区', '县', '路', '号', '江苏省', '苏州市', '姑苏区', 'Street', 'London', '转', '😀', '٣', '５', '　', 'ё', U&'\0301'])[1 + floor(random() * 52)::int], '' ORDER BY p) AS text
	FROM (SELECT setseed(0.25)) s, generate_series(1, 1200) n, generate_series(1, 1 + n % 24) p GROUP BY n;
INSERT INTO sample SELECT 10000 + n, CASE n % 4 WHEN 0 THEN '1' || (3000000000 + n * 7919 % 6000000000)::text WHEN 1 THEN '0512' || (60000000 + n * 7919 % 9000000)::text WHEN 2 THEN (320501190000000000 + n * 104729)::text WHEN 3 THEN 'E' || (10000000 + n * 7919)::text END FROM generate_series(1, 400) n;
CREATE TEMP TABLE masked_sample AS
	SELECT s.text, m.mask, masked(s.text, m.mask) AS left_of FROM sample s, unnest('{name,identity,phone,address,code,initial}'::text[]) m (mask);
SELECT mask, count(*) = 1600 AS all_of_them, count(DISTINCT left_of) > CASE WHEN mask IN ('address', 'identity') THEN 5 ELSE 20 END AS different, count(*) FILTER (WHERE masked(left_of, mask) IS DISTINCT FROM left_of AND mask <> 'initial') AS not_settled,
	max(char_length(regexp_replace(left_of, '[^0-9]', '', 'g'))) AS most_digits, count(*) FILTER (WHERE left_of IS NULL AND btrim(plain_text(text)) <> '' AND mask <> 'initial') AS lost
FROM masked_sample GROUP BY mask ORDER BY mask;
-- what the digits that are left may be: of identity the first and the last, of phones three and four or a code and two
SELECT count(*) FILTER (WHERE mask = 'identity' AND left_of !~ '^([0-9]\*{16}[0-9X]|[0-9]\*{13}[0-9]|[A-Z]\*{8}|\*{8})$') AS identity,
	count(*) FILTER (WHERE mask = 'phone' AND left_of !~ '^((\+86 )?1[3-9][0-9]\*{4}[0-9]{4}|0[0-9]{2,3}-\*{4}[0-9]{2}|\+[0-9]{1,3} \*{4}[0-9]{2}|\*{4}([0-9]{2})?)$') AS phone,
	count(*) FILTER (WHERE mask = 'address' AND left_of ~ '[0-9]') AS address, count(*) FILTER (WHERE mask = 'code' AND left_of !~ '^(..\*{4}..|\*{4})$') AS code FROM masked_sample;
-- names of any length: what is left does not tell it
SELECT DISTINCT mask_name(repeat('明', n)) AS east, mask_name('J' || repeat('o', n)) AS west, mask_code(repeat('7', n + 5)) AS code FROM generate_series(3, 40) n;
-- used where only what is immutable and parallel safe may stand
SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'credence_disclosure'::regnamespace AND p.proname ~ '^mask|^plain_text$|^generalise_(number|date)$' AND (p.provolatile <> 'i' OR p.proparallel <> 's');

-- numbers to ranges, days to times, regions up the tree
SELECT x, s, generalise_number(x, s) FROM (VALUES (85, 10), (90, 10), (-5, 10), (-10, 10), (0, 10), (0.15, 0.05), (0.149999, 0.05), (1234567.891, 500), (1e17, 3), ('NaN', 10), (NULL, 10)) v (x, s);
SELECT generalise_number(1, 0);
SELECT generalise_number(1, 'NaN');
SELECT count(*) FILTER (WHERE NOT generalise_number(x, step)::numrange @> x) AS outside, count(*) FILTER (WHERE generalise_number(lower(generalise_number(x, step)::numrange), step) <> generalise_number(x, step)) AS moved
FROM (SELECT (n * 7919 % 20011 - 10000) / 7.0 AS x, (1 + n % 13) * 0.25 AS step FROM generate_series(1, 2000) n) v;
SELECT generalise_date(d, 'year') AS year, generalise_date(d, 'half') AS half, generalise_date(d, 'quarter') AS quarter, generalise_date(d, 'month') AS month, generalise_date(d, 'week') AS week
FROM unnest('{2025-01-01,2025-06-30,2025-07-01,2025-12-31,infinity,NULL}'::date[]) d;
BEGIN;
INSERT INTO region VALUES ('g', NULL, 'Country', '国'), ('gp', 'g', 'Province', '省'), ('gpc', 'gp', 'City', '市'), ('gpcd', 'gpc', 'District', '区');
SELECT level, generalise_region('gpcd', level) AS district, generalise_region('gp', level) AS province, generalise_region('nowhere', level) AS nowhere FROM generate_series(0, 5) level;
ROLLBACK;
-- an initial is a character that is seen
SELECT mask_initial(E'\u202e\u200b张三'), mask_initial(E'\u3000') IS NULL AS blank, mask_initial('Ａｂ');
