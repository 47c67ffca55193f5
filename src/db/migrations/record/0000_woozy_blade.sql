CREATE TABLE `api_keys` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`name` text NOT NULL,
	`prefix` text NOT NULL,
	`hash` text NOT NULL,
	`role` text NOT NULL,
	`scripts` text,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`used_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_hash_unique` ON `api_keys` (`hash`);--> statement-breakpoint
CREATE TABLE `audit_events` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`target` text,
	`address` text,
	`key_id` integer,
	`before` text,
	`after` text,
	`outcome` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_by_time` ON `audit_events` (`at`);--> statement-breakpoint
CREATE TABLE `environments` (
	`key` text PRIMARY KEY NOT NULL,
	`python` text NOT NULL,
	`lock` text NOT NULL,
	`state` text NOT NULL,
	`message` text,
	`built_at` integer,
	`used_at` integer,
	`bytes` integer
);
--> statement-breakpoint
CREATE TABLE `frontiers` (
	`slug` text NOT NULL,
	`schedule_id` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`slug`, `schedule_id`)
);
--> statement-breakpoint
CREATE TABLE `links` (
	`hash` text PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`kind` text NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `locks` (
	`request` text PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`text` text NOT NULL,
	`resolved_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `runs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`slug` text NOT NULL,
	`commit` text NOT NULL,
	`revision` text NOT NULL,
	`lock` text,
	`python` text,
	`environment` text,
	`cause` text NOT NULL,
	`actor` text NOT NULL,
	`state` text NOT NULL,
	`outcome` text,
	`isolation` text,
	`schedule_id` text,
	`scheduled_at` integer,
	`not_before` integer,
	`queued_at` integer NOT NULL,
	`started_at` integer,
	`ended_at` integer,
	`lease_until` integer,
	`attempt` integer DEFAULT 1 NOT NULL,
	`force` integer DEFAULT false NOT NULL,
	`input` text,
	`result` text,
	`error` text,
	`peak_memory_bytes` integer,
	`log_bytes` integer DEFAULT 0 NOT NULL,
	`artifacts` text,
	`idempotency_key` text
);
--> statement-breakpoint
CREATE INDEX `runs_by_slug` ON `runs` (`slug`,`id`);--> statement-breakpoint
CREATE INDEX `runs_by_state` ON `runs` (`state`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `runs_by_idempotency` ON `runs` (`idempotency_key`);--> statement-breakpoint
CREATE TABLE `script_data` (
	`slug` text PRIMARY KEY NOT NULL,
	`json` text NOT NULL,
	`version` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `script_identities` (
	`number` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`slug` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `script_identities_slug_unique` ON `script_identities` (`slug`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`kind` text NOT NULL,
	`created_at` integer NOT NULL,
	`used_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`address` text
);
--> statement-breakpoint
CREATE INDEX `sessions_by_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE TABLE `ticks` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`slug` text NOT NULL,
	`schedule_id` text NOT NULL,
	`scheduled_at` integer NOT NULL,
	`until` integer NOT NULL,
	`count` integer DEFAULT 1 NOT NULL,
	`outcome` text NOT NULL,
	`reason` text,
	`run_id` integer,
	`late_ms` integer,
	`commit` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `ticks_by_moment` ON `ticks` (`slug`,`schedule_id`,`scheduled_at`);--> statement-breakpoint
CREATE INDEX `ticks_by_slug` ON `ticks` (`slug`,`scheduled_at`);--> statement-breakpoint
CREATE INDEX `ticks_by_outcome` ON `ticks` (`outcome`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`password_hash` text,
	`disabled` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_name_unique` ON `users` (`name`);