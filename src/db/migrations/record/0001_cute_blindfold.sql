CREATE TABLE `secret_grants` (
	`name` text NOT NULL,
	`slug` text NOT NULL,
	PRIMARY KEY(`name`, `slug`)
);
--> statement-breakpoint
CREATE INDEX `secret_grants_by_slug` ON `secret_grants` (`slug`);--> statement-breakpoint
CREATE TABLE `secrets` (
	`name` text PRIMARY KEY NOT NULL,
	`key_id` text NOT NULL,
	`sealed` text NOT NULL,
	`changed_at` integer NOT NULL,
	`changed_by` text NOT NULL
);
