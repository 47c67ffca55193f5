CREATE TABLE `meta` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `scripts` (
	`slug` text PRIMARY KEY NOT NULL,
	`folder` text NOT NULL,
	`tree_id` text NOT NULL,
	`revision` text NOT NULL,
	`commit` text NOT NULL,
	`committed_at` integer NOT NULL,
	`script` text,
	`problems` text NOT NULL,
	`words` text NOT NULL
);
