CREATE TABLE `session` (
	`id` text PRIMARY KEY,
	`project_id` text NOT NULL,
	`parent_id` text,
	`slug` text NOT NULL,
	`directory` text NOT NULL,
	`title` text NOT NULL,
	`version` text NOT NULL,
	`share_url` text,
	`summary_additions` integer,
	`summary_deletions` integer,
	`summary_files` integer,
	`summary_diffs` text,
	`revert` text,
	`permission` text,
	`time_created` integer NOT NULL,
	`time_updated` integer NOT NULL,
	`time_compacting` integer,
	`time_archived` integer,
	CONSTRAINT `fk_session_project_id_project_id_fk` FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON DELETE CASCADE
);
INSERT INTO session VALUES ('ses_deb5f4592ffevACpc9oZR5rrx1', 'global', NULL, 'calm-circuit', '/home/dev/proj', 'Done (50).', '1.2.4', NULL, 0, 0, 0, NULL, NULL, '[{"permission":"question","pattern":"*","action":"deny"},{"permission":"plan_enter","pattern":"*","action":"deny"},{"permission":"plan_exit","pattern":"*","action":"deny"}]', 1795642407533, 1795642407900, NULL, NULL);
INSERT INTO session VALUES ('ses_deb62a628ffeWberZal4Z9zszI', 'global', NULL, '', '/home/dev/proj', 'New session - 2026-11-25T21:29:46.199Z', '1.0.142', NULL, 0, 0, 0, NULL, NULL, NULL, 1795642186199, 1795642188251, NULL, NULL);
CREATE TABLE `message` (
	`id` text PRIMARY KEY,
	`session_id` text NOT NULL,
	`time_created` integer NOT NULL,
	`time_updated` integer NOT NULL,
	`data` text NOT NULL,
	CONSTRAINT `fk_message_session_id_session_id_fk` FOREIGN KEY (`session_id`) REFERENCES `session`(`id`) ON DELETE CASCADE
);
INSERT INTO message VALUES ('msg_2149d59ea001mhHiVzC8sLipw3', 'ses_deb62a628ffeWberZal4Z9zszI', 1795642186218, 1795642406907, '{"role":"user","time":{"created":1795642186218},"summary":{"diffs":[]},"agent":"build","model":{"providerID":"fake","modelID":"fake-model"}}');
INSERT INTO message VALUES ('msg_2149d5a0e001OF374MDRKG8Jus', 'ses_deb62a628ffeWberZal4Z9zszI', 1795642186254, 1795642406907, '{"role":"assistant","time":{"created":1795642186254,"completed":1795642186347},"parentID":"msg_2149d59ea001mhHiVzC8sLipw3","modelID":"fake-model","providerID":"fake","mode":"build","path":{"cwd":"/home/dev/proj","root":"/"},"cost":0.0016147,"tokens":{"input":833,"output":137,"reasoning":20,"cache":{"read":1537,"write":0}},"finish":"stop"}');
INSERT INTO message VALUES ('msg_2149d5dd600173ZLWiYPoIlLx1', 'ses_deb62a628ffeWberZal4Z9zszI', 1795642187222, 1795642406907, '{"role":"user","time":{"created":1795642187222},"summary":{"diffs":[]},"agent":"build","model":{"providerID":"fake","modelID":"fake-model"}}');
INSERT INTO message VALUES ('msg_2149d5df5001NlGvinUNysiyzg', 'ses_deb62a628ffeWberZal4Z9zszI', 1795642187253, 1795642406907, '{"role":"assistant","time":{"created":1795642187253,"completed":1795642187306},"parentID":"msg_2149d5dd600173ZLWiYPoIlLx1","modelID":"fake-model","providerID":"fake","mode":"build","path":{"cwd":"/home/dev/proj","root":"/"},"cost":0.001654,"tokens":{"input":860,"output":140,"reasoning":20,"cache":{"read":1540,"write":0}},"finish":"tool-calls"}');
INSERT INTO message VALUES ('msg_2149d5e3a001I7PbppjCt21NBm', 'ses_deb62a628ffeWberZal4Z9zszI', 1795642187322, 1795642406907, '{"role":"assistant","time":{"created":1795642187322,"completed":1795642187378},"parentID":"msg_2149d5dd600173ZLWiYPoIlLx1","modelID":"fake-model","providerID":"fake","mode":"build","path":{"cwd":"/home/dev/proj","root":"/"},"cost":0.0016933,"tokens":{"input":887,"output":143,"reasoning":20,"cache":{"read":1543,"write":0}},"finish":"stop"}');
INSERT INTO message VALUES ('msg_2149d615a001xOPLx6TN93p6L1', 'ses_deb62a628ffeWberZal4Z9zszI', 1795642188122, 1795642406907, '{"role":"user","time":{"created":1795642188122},"summary":{"diffs":[]},"agent":"build","model":{"providerID":"fakeanth","modelID":"claude-fake"}}');
INSERT INTO message VALUES ('msg_2149d6180001qWW0UL0bMlPd0C', 'ses_deb62a628ffeWberZal4Z9zszI', 1795642188160, 1795642406907, '{"role":"assistant","time":{"created":1795642188160,"completed":1795642188232},"parentID":"msg_2149d615a001xOPLx6TN93p6L1","modelID":"claude-fake","providerID":"fakeanth","mode":"build","path":{"cwd":"/home/dev/proj","root":"/"},"cost":0.01887225,"tokens":{"input":55,"output":245,"reasoning":0,"cache":{"read":12045,"write":3045}},"finish":"stop"}');
INSERT INTO message VALUES ('msg_214a0bab6001b1gl83EHq7vKIa', 'ses_deb5f4592ffevACpc9oZR5rrx1', 1795642407606, 1795642407901, '{"role":"user","time":{"created":1795642407606},"summary":{"diffs":[]},"agent":"build","model":{"providerID":"fake","modelID":"fake-model"}}');
INSERT INTO message VALUES ('msg_214a0bb6d001ZbtpFLLGg9PC9E', 'ses_deb5f4592ffevACpc9oZR5rrx1', 1795642407789, 1795642407905, '{"role":"assistant","time":{"created":1795642407789,"completed":1795642407905},"parentID":"msg_214a0bab6001b1gl83EHq7vKIa","modelID":"fake-model","providerID":"fake","mode":"build","agent":"build","path":{"cwd":"/home/dev/proj","root":"/"},"cost":0.0018112,"tokens":{"total":2672,"input":968,"output":152,"reasoning":20,"cache":{"read":1552,"write":0}},"finish":"stop"}');
