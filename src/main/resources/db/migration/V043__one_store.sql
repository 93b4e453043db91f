-- The name of the store that holds this database's files; no row before the first start with a store.
create table store_identity (
  only_one boolean primary key default true check (only_one),
  name text not null
);
