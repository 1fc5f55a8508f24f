-- Where rows are copied to, gone with the transaction.
DROP TABLE IF EXISTS bare_row, bare_waiting;

CREATE TEMP TABLE bare_row (
    number bigint GENERATED ALWAYS AS IDENTITY, email text, country text, employees integer, points real, qualifies boolean
) ON COMMIT DROP;
