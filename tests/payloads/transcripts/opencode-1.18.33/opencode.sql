CREATE TABLE `session` (
          `id` text PRIMARY KEY,
          `project_id` text NOT NULL,
          `workspace_id` text,
          `parent_id` text,
          `slug` text NOT NULL,
          `directory` text NOT NULL,
          `path` text,
          `title` text NOT NULL,
          `version` text NOT NULL,
          `share_url` text,
          `summary_additions` integer,
          `summary_deletions` integer,
          `summary_files` integer,
          `summary_diffs` text,
          `metadata` text,
          `cost` real DEFAULT 0 NOT NULL,
          `tokens_input` integer DEFAULT 0 NOT NULL,
          `tokens_output` integer DEFAULT 0 NOT NULL,
          `tokens_reasoning` integer DEFAULT 0 NOT NULL,
          `tokens_cache_read` integer DEFAULT 0 NOT NULL,
          `tokens_cache_write` integer DEFAULT 0 NOT NULL,
          `revert` text,
          `permission` text,
          `agent` text,
          `model` text,
          `time_created` integer NOT NULL,
          `time_updated` integer NOT NULL,
          `time_compacting` integer,
          `time_archived` integer,
          CONSTRAINT `fk_session_project_id_project_id_fk` FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON DELETE CASCADE
        );
INSERT INTO session VALUES ('ses_deb5e35efffeJsMkUXq6VzKMdX', 'global', NULL, 'ses_deb5e3b53ffe40Bt47eJqR3pAy', 'jolly-sailor', '/home/dev/proj', 'home/dev/proj', 'look (@general subagent)', '1.18.33', NULL, 0, 0, 0, NULL, NULL, 0.0, 581, 89, 20, 1509, 0, NULL, '[{"permission":"question","pattern":"*","action":"deny"},{"permission":"plan_enter","pattern":"*","action":"deny"},{"permission":"plan_exit","pattern":"*","action":"deny"},{"permission":"task","pattern":"*","action":"deny"}]', 'general', '{"id":"free-model","providerID":"fake","variant":"default"}', 1795642477072, 1795642477209, NULL, NULL);
INSERT INTO session VALUES ('ses_deb5e3b53ffe40Bt47eJqR3pAy', 'global', NULL, NULL, 'playful-cabin', '/home/dev/proj', 'home/dev/proj', 'Done (7).', '1.18.33', NULL, 0, 0, 0, NULL, NULL, 0.0, 1162, 178, 40, 3018, 0, NULL, '[{"permission":"question","pattern":"*","action":"deny"},{"permission":"plan_enter","pattern":"*","action":"deny"},{"permission":"plan_exit","pattern":"*","action":"deny"}]', 'build', '{"id":"free-model","providerID":"fake","variant":"default"}', 1795642475692, 1795642477215, NULL, NULL);
INSERT INTO session VALUES ('ses_deb5e4617ffea7CCGdmiLU2VdD', 'global', NULL, NULL, 'sunny-sailor', '/home/dev/proj', 'home/dev/proj', 'Done (1). (fork #1)', '1.18.33', NULL, 0, 0, 0, NULL, NULL, 0.02238675, 2150, 540, 80, 18020, 3005, NULL, NULL, 'build', '{"id":"fake-model","providerID":"fake","variant":"default"}', 1795642472936, 1795642474274, NULL, NULL);
INSERT INTO session VALUES ('ses_deb5e7869ffeSBB0EyKNbyqxR5', 'global', NULL, NULL, 'cosmic-moon', '/home/dev/proj', 'home/dev/proj', 'Done (1).', '1.18.33', NULL, 0, 0, 0, NULL, NULL, 0.02125815, 1596, 454, 60, 16514, 3005, NULL, '[{"permission":"question","pattern":"*","action":"deny"},{"permission":"plan_enter","pattern":"*","action":"deny"},{"permission":"plan_exit","pattern":"*","action":"deny"}]', 'build', '{"id":"claude-fake","providerID":"fakeanth","variant":"default"}', 1795642460054, 1795642471407, NULL, NULL);
CREATE TABLE `message` (
          `id` text PRIMARY KEY,
          `session_id` text NOT NULL,
          `time_created` integer NOT NULL,
          `time_updated` integer NOT NULL,
          `data` text NOT NULL,
          CONSTRAINT `fk_message_session_id_session_id_fk` FOREIGN KEY (`session_id`) REFERENCES `session`(`id`) ON DELETE CASCADE
        );
INSERT INTO message VALUES ('msg_214a1880a001PFdedg2xhy0SqV', 'ses_deb5e7869ffeSBB0EyKNbyqxR5', 1795642460170, 1795642461386, '{"role":"user","time":{"created":1795642460170},"agent":"build","model":{"providerID":"fake","modelID":"fake-model"},"summary":{"diffs":[]}}');
INSERT INTO message VALUES ('msg_214a18c67001h7KW4oc1jx9we4', 'ses_deb5e7869ffeSBB0EyKNbyqxR5', 1795642461287, 1795642462709, '{"parentID":"msg_214a1880a001PFdedg2xhy0SqV","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/home/dev/proj","root":"/"},"cost":0.0010762,"tokens":{"total":2122,"input":518,"output":82,"reasoning":20,"cache":{"write":0,"read":1502}},"modelID":"fake-model","providerID":"fake","time":{"created":1795642461287,"completed":1795642462707},"finish":"stop"}');
INSERT INTO message VALUES ('msg_214a19b6e001SRiFMutqw9QH40', 'ses_deb5e7869ffeSBB0EyKNbyqxR5', 1795642465135, 1795642467239, '{"role":"user","time":{"created":1795642465135},"agent":"build","model":{"providerID":"fake","modelID":"fake-model"},"summary":{"diffs":[]}}');
INSERT INTO message VALUES ('msg_214a19f03001LbSDS3O33gRZPz', 'ses_deb5e7869ffeSBB0EyKNbyqxR5', 1795642466051, 1795642467201, '{"parentID":"msg_214a19b6e001SRiFMutqw9QH40","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/home/dev/proj","root":"/"},"cost":0.0010893,"tokens":{"total":2133,"input":527,"output":83,"reasoning":20,"cache":{"write":0,"read":1503}},"modelID":"fake-model","providerID":"fake","time":{"created":1795642466051,"completed":1795642467200},"finish":"tool-calls"}');
INSERT INTO message VALUES ('msg_214a1a38b001Vyi8YLcy79yWpt', 'ses_deb5e7869ffeSBB0EyKNbyqxR5', 1795642467211, 1795642467398, '{"parentID":"msg_214a19b6e001SRiFMutqw9QH40","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/home/dev/proj","root":"/"},"cost":0.0011024,"tokens":{"total":2144,"input":536,"output":84,"reasoning":20,"cache":{"write":0,"read":1504}},"modelID":"fake-model","providerID":"fake","time":{"created":1795642467211,"completed":1795642467397},"finish":"stop"}');
INSERT INTO message VALUES ('msg_214a1acd90016QQTBUCEza5FLz', 'ses_deb5e7869ffeSBB0EyKNbyqxR5', 1795642469593, 1795642470524, '{"role":"user","time":{"created":1795642469593},"agent":"build","model":{"providerID":"fakeanth","modelID":"claude-fake"},"summary":{"diffs":[]}}');
INSERT INTO message VALUES ('msg_214a1b03a001VM1NlDqUt9j2U2', 'ses_deb5e7869ffeSBB0EyKNbyqxR5', 1795642470458, 1795642471385, '{"parentID":"msg_214a1acd90016QQTBUCEza5FLz","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/home/dev/proj","root":"/"},"cost":0.01799025,"tokens":{"total":15230,"input":15,"output":205,"reasoning":0,"cache":{"write":3005,"read":12005}},"modelID":"claude-fake","providerID":"fakeanth","time":{"created":1795642470458,"completed":1795642471384},"finish":"stop"}');
INSERT INTO message VALUES ('msg_214a1b9f0001NR6I2D7x06m4Bi', 'ses_deb5e4617ffea7CCGdmiLU2VdD', 1795642460170, 1795642472946, '{"role":"user","time":{"created":1795642460170},"agent":"build","model":{"providerID":"fake","modelID":"fake-model"},"summary":{"diffs":[]}}');
INSERT INTO message VALUES ('msg_214a1bc28001OeHOKVs6mLYWxJ', 'ses_deb5e4617ffea7CCGdmiLU2VdD', 1795642461287, 1795642473513, '{"parentID":"msg_214a1b9f0001NR6I2D7x06m4Bi","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/home/dev/proj","root":"/"},"cost":0.0010762,"tokens":{"total":2122,"input":518,"output":82,"reasoning":20,"cache":{"write":0,"read":1502}},"modelID":"fake-model","providerID":"fake","time":{"created":1795642461287,"completed":1795642462707},"finish":"stop"}');
INSERT INTO message VALUES ('msg_214a1bc2f00188v6zEs0v7bV2Q', 'ses_deb5e4617ffea7CCGdmiLU2VdD', 1795642465135, 1795642473520, '{"role":"user","time":{"created":1795642465135},"agent":"build","model":{"providerID":"fake","modelID":"fake-model"},"summary":{"diffs":[]}}');
INSERT INTO message VALUES ('msg_214a1bc33001wh9b3AiJDKtrY4', 'ses_deb5e4617ffea7CCGdmiLU2VdD', 1795642466051, 1795642473524, '{"parentID":"msg_214a1bc2f00188v6zEs0v7bV2Q","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/home/dev/proj","root":"/"},"cost":0.0010893,"tokens":{"total":2133,"input":527,"output":83,"reasoning":20,"cache":{"write":0,"read":1503}},"modelID":"fake-model","providerID":"fake","time":{"created":1795642466051,"completed":1795642467200},"finish":"tool-calls"}');
INSERT INTO message VALUES ('msg_214a1bc3a001bFBHhVmNWc9ZsH', 'ses_deb5e4617ffea7CCGdmiLU2VdD', 1795642467211, 1795642473530, '{"parentID":"msg_214a1bc2f00188v6zEs0v7bV2Q","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/home/dev/proj","root":"/"},"cost":0.0011024,"tokens":{"total":2144,"input":536,"output":84,"reasoning":20,"cache":{"write":0,"read":1504}},"modelID":"fake-model","providerID":"fake","time":{"created":1795642467211,"completed":1795642467397},"finish":"stop"}');
INSERT INTO message VALUES ('msg_214a1bc4900140LZv3lH47oOUB', 'ses_deb5e4617ffea7CCGdmiLU2VdD', 1795642469593, 1795642473546, '{"role":"user","time":{"created":1795642469593},"agent":"build","model":{"providerID":"fakeanth","modelID":"claude-fake"},"summary":{"diffs":[]}}');
INSERT INTO message VALUES ('msg_214a1bc4c001Z1DH81Xu5h7gSp', 'ses_deb5e4617ffea7CCGdmiLU2VdD', 1795642470458, 1795642473548, '{"parentID":"msg_214a1bc4900140LZv3lH47oOUB","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/home/dev/proj","root":"/"},"cost":0.01799025,"tokens":{"total":15230,"input":15,"output":205,"reasoning":0,"cache":{"write":3005,"read":12005}},"modelID":"claude-fake","providerID":"fakeanth","time":{"created":1795642470458,"completed":1795642471384},"finish":"stop"}');
INSERT INTO message VALUES ('msg_214a1bc710012BuTN67zUP6Xel', 'ses_deb5e4617ffea7CCGdmiLU2VdD', 1795642473585, 1795642473643, '{"role":"user","time":{"created":1795642473585},"agent":"build","model":{"providerID":"fake","modelID":"fake-model"},"summary":{"diffs":[]}}');
INSERT INTO message VALUES ('msg_214a1bc84001gH4Icbwadn1rSg', 'ses_deb5e4617ffea7CCGdmiLU2VdD', 1795642473604, 1795642474228, '{"parentID":"msg_214a1bc710012BuTN67zUP6Xel","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/home/dev/proj","root":"/"},"cost":0.0011286,"tokens":{"total":2166,"input":554,"output":86,"reasoning":20,"cache":{"write":0,"read":1506}},"modelID":"fake-model","providerID":"fake","time":{"created":1795642473604,"completed":1795642474228},"finish":"stop"}');
INSERT INTO message VALUES ('msg_214a1c4f1001azUWCoh4PfOhxy', 'ses_deb5e3b53ffe40Bt47eJqR3pAy', 1795642475761, 1795642476478, '{"role":"user","time":{"created":1795642475761},"agent":"build","model":{"providerID":"fake","modelID":"free-model"},"summary":{"diffs":[]}}');
INSERT INTO message VALUES ('msg_214a1c783001UmGveR4W3JwO22', 'ses_deb5e3b53ffe40Bt47eJqR3pAy', 1795642476419, 1795642477165, '{"parentID":"msg_214a1c4f1001azUWCoh4PfOhxy","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/home/dev/proj","root":"/"},"cost":0,"tokens":{"total":2188,"input":572,"output":88,"reasoning":20,"cache":{"write":0,"read":1508}},"modelID":"free-model","providerID":"fake","time":{"created":1795642476419,"completed":1795642477164},"finish":"tool-calls"}');
INSERT INTO message VALUES ('msg_214a1ca19001opPyf3qYI7wCh5', 'ses_deb5e35efffeJsMkUXq6VzKMdX', 1795642477082, 1795642477122, '{"role":"user","time":{"created":1795642477082},"agent":"general","model":{"providerID":"fake","modelID":"free-model"},"summary":{"diffs":[]}}');
INSERT INTO message VALUES ('msg_214a1ca2e00166z7yYvhsNo46x', 'ses_deb5e35efffeJsMkUXq6VzKMdX', 1795642477102, 1795642477151, '{"parentID":"msg_214a1ca19001opPyf3qYI7wCh5","role":"assistant","mode":"general","agent":"general","path":{"cwd":"/home/dev/proj","root":"/"},"cost":0,"tokens":{"total":2199,"input":581,"output":89,"reasoning":20,"cache":{"write":0,"read":1509}},"modelID":"free-model","providerID":"fake","time":{"created":1795642477102,"completed":1795642477151},"finish":"stop"}');
INSERT INTO message VALUES ('msg_214a1ca6f001DuepKP3NRQiKR0', 'ses_deb5e3b53ffe40Bt47eJqR3pAy', 1795642477167, 1795642477191, '{"parentID":"msg_214a1c4f1001azUWCoh4PfOhxy","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/home/dev/proj","root":"/"},"cost":0,"tokens":{"total":2210,"input":590,"output":90,"reasoning":20,"cache":{"write":0,"read":1510}},"modelID":"free-model","providerID":"fake","time":{"created":1795642477167,"completed":1795642477191},"finish":"stop"}');
