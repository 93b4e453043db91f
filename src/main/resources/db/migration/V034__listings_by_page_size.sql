-- Who walks the list in pages of another size walks another list: its pages begin elsewhere.
alter table library_listings add column page_size int not null default 50;
alter table library_listings drop constraint library_listings_pkey;
alter table library_listings add primary key (tenant_id, key_id, page_size);
