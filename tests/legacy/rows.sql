-- Rows as such a service has them after some years: rows that a newer one would refuse, gaps between ids, sequences that have moved on.

-- The passwords: battery staple, correct horse, pässwörd ü 1, (damaged), '  spaces kept  ', sixty times x.
INSERT INTO "user" (id, username, email, password, role) VALUES
    (1, 'Inés Núñez de la Peña', 'ines@example.org', '$pbkdf2-sha256$29000$l1JK6X3vnRPifG.tldKaEw$hQi/Iggza4elo5SD0saJTYPU5K1NfgPGYOsJXB6T600', 'instructor'),
    (2, '  Tom  O''Hara ', 'Tom.OHara@Example.ORG', '$pbkdf2-sha256$29000$nfN.TwnhHKNUCkGotdYaIw$XsmWBKHd42zZr2G6rftBBNqHffSEoUJ.8Ukn1m8KKAQ', 'admin'),
    (3, 'tom o''hara', 'tom.ohara@example.org', '$pbkdf2-sha256$29000$updyLoUQwjjnHAOg1Pp/bw$KFvs9Vgr2FEzhAgDYh.2PoQZrm9IVCO1hp2VrRxDr6o', NULL),
    (5, 'Inés Núñez de la Peña', 'damaged@example.org', 'not a hash', ''),
    (8, '學生', 'not an email', '$pbkdf2-sha256$29000$3huj1FoLwdi7N8YYAyCkdA$v9Ss7KI377njJ9GxlEL3G3QFAGKCh.HgMC9mIbniYYQ', 'Wizard; DROP TABLE "user"'),
    (13, rpad('long', 150, ' name'), ' spaced@example.org ', '$pbkdf2-sha256$29000$eI/RujfmnDNmbK31/l/LeQ$PFaL.QQMkSy9RHrVLMZCqsetV5Um8SwnlsYe9.z.8kY', rpad('role', 70, '!'));
SELECT setval('user_id_seq', 40);

INSERT INTO assistant_scenarios (id, scenario_text, additional_instructions, enable, role, openid, communication_preferences) VALUES
    (1, E'Jane Doe, 54, a teacher, comes with chest pain.\r\nIt began this morning.', E'Opening: I have a pain here.\n- [locked] smoking: Twenty a day.', true, 'Adult Woman', 'asst_abc123', 'Short sentences.'),
    (2, 'Jane Doe', '', false, '', '', NULL),
    (4, repeat('Long life story. ', 2000), repeat('- fact: Detail. ', 2000), true, 'no such avatar', 'asst_abc123', ''),
    (7, '  ', '🩺 “quotes” \ %s {braces}', true, 'Toddler', ' ', E'tab\there');
SELECT setval('assistant_scenarios_id_seq', 31);

INSERT INTO assistant_tags (id, tag, scenario_id) VALUES
    (1, 'cardiology', 1), (2, 'cardiology', 1), (3, '', 1), (9, repeat('long ', 100), 4);
SELECT setval('assistant_tags_id_seq', 12);

INSERT INTO rubric_questions (id, question, scenario_id) VALUES
    (1, 'Did the student introduce themselves?', 1), (2, '', 1), (6, repeat('Why? ', 1000), 2);
SELECT setval('rubric_questions_id_seq', 6);

INSERT INTO categories (id, name, total_required_to_pass) VALUES
    (1, 'Opening', 2), (2, '', -3), (3, rpad('Opening', 255, '.'), 0), (10, 'Opening', 2147483647);
SELECT setval('categories_id_seq', 10);

INSERT INTO subcategories (id, name, marking_instructions, category_id) VALUES
    (1, 'Greets', '1 for a greeting, 2 with a name', 1), (2, 'Greets', '', 1), (5, '', repeat('and so on ', 1000), 2);
SELECT setval('subcategories_id_seq', 77);

INSERT INTO activities (id, pre_brief, character_id) VALUES
    (1, E'You are in a clinic.\nTake a history.', 1), (2, '', 1), (6, repeat('Read this. ', 1000), 2);
SELECT setval('activities_id_seq', 6);

INSERT INTO activity_categories (activity_id, category_id) VALUES (1, 1), (1, 2), (2, 1), (6, 10);
