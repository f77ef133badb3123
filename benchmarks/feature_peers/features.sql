-- Every feature of every account at $as_of, from Parquet files.
WITH
people AS MATERIALIZED (
    SELECT file_row_number::INTEGER AS account, account_id, institution, country, opened_at
    FROM read_parquet($accounts, file_row_number = true)
),
visible AS MATERIALIZED (
    SELECT happened_at, source_sequence AS sequence, reference_minor AS amount, channel,
           payer_account, payee_account, payer_institution, payee_institution, payer_country,
           payee_country
    FROM read_parquet($transactions)
    WHERE happened_at < $as_of AND known_at < $as_of
),
-- Each account has an event for every visible transaction that touches it.
events AS MATERIALIZED (
    SELECT account, happened_at, sequence, false AS credit, amount, channel,
           payee_account AS who, payee_institution AS place, payee_country AS their_country,
           payee_institution <> institution AS elsewhere, payee_country <> country AS abroad,
           happened_at >= $as_of::TIMESTAMPTZ - INTERVAL 1 DAY AS d1,
           happened_at >= $as_of::TIMESTAMPTZ - INTERVAL 7 DAY AS d7,
           happened_at >= $as_of::TIMESTAMPTZ - INTERVAL 30 DAY AS d30,
           happened_at >= $as_of::TIMESTAMPTZ - INTERVAL 90 DAY AS d90
    FROM visible JOIN people ON payer_account = account_id
    UNION ALL
    SELECT account, happened_at, sequence, true, amount, channel,
           payer_account, payer_institution, payer_country,
           payer_institution <> institution, payer_country <> country,
           happened_at >= $as_of::TIMESTAMPTZ - INTERVAL 1 DAY,
           happened_at >= $as_of::TIMESTAMPTZ - INTERVAL 7 DAY,
           happened_at >= $as_of::TIMESTAMPTZ - INTERVAL 30 DAY,
           happened_at >= $as_of::TIMESTAMPTZ - INTERVAL 90 DAY
    FROM visible JOIN people ON payee_account = account_id
),
totals AS (
    SELECT
        account,
        max(happened_at) AS last,
        max(happened_at) FILTER (NOT d90) AS last_before,
        count(*) FILTER (credit AND d1) AS credit_count_1d,
        count(*) FILTER (credit AND d7) AS credit_count_7d,
        count(*) FILTER (credit AND d30) AS credit_count_30d,
        count(*) FILTER (credit AND d90) AS credit_count_90d,
        count(*) FILTER (NOT credit AND d1) AS debit_count_1d,
        count(*) FILTER (NOT credit AND d7) AS debit_count_7d,
        count(*) FILTER (NOT credit AND d30) AS debit_count_30d,
        count(*) FILTER (NOT credit AND d90) AS debit_count_90d,
        coalesce(sum(amount) FILTER (credit AND d1), 0) AS credit_sum_1d,
        coalesce(sum(amount) FILTER (credit AND d7), 0) AS credit_sum_7d,
        coalesce(sum(amount) FILTER (credit AND d30), 0) AS credit_sum_30d,
        coalesce(sum(amount) FILTER (credit AND d90), 0) AS credit_sum_90d,
        coalesce(sum(amount) FILTER (NOT credit AND d1), 0) AS debit_sum_1d,
        coalesce(sum(amount) FILTER (NOT credit AND d7), 0) AS debit_sum_7d,
        coalesce(sum(amount) FILTER (NOT credit AND d30), 0) AS debit_sum_30d,
        coalesce(sum(amount) FILTER (NOT credit AND d90), 0) AS debit_sum_90d,
        max(amount) FILTER (credit AND d7) AS credit_max_7d,
        max(amount) FILTER (credit AND d90) AS credit_max_90d,
        max(amount) FILTER (NOT credit AND d7) AS debit_max_7d,
        max(amount) FILTER (NOT credit AND d90) AS debit_max_90d,
        sum(amount) FILTER (NOT credit AND d30 AND channel = 'atm') AS atm,
        sum(amount) FILTER (NOT credit AND d30 AND channel = 'crypto') AS crypto,
        sum(amount) FILTER (NOT credit AND d30 AND channel = 'e_wallet') AS e_wallet,
        sum(amount) FILTER (NOT credit AND d30 AND abroad) AS sent_abroad,
        sum(amount) FILTER (NOT credit AND d30 AND abroad IS NOT NULL) AS country_known,
        sum(amount) FILTER (NOT credit AND d30 AND elsewhere) AS sent_elsewhere,
        sum(amount) FILTER (NOT credit AND d30 AND elsewhere IS NOT NULL) AS institution_known,
        sum(amount) FILTER (credit AND d30 AND channel = 'cash_deposit') AS cash_deposit,
        sum(amount) FILTER (credit AND d90 AND channel = 'salary') AS salary,
        count(*) FILTER (d90 AND CASE WHEN credit THEN channel = 'salary'
                                 ELSE channel IN ('card', 'bill', 'fee') END) AS living,
        count(DISTINCT place) FILTER (credit AND d30) AS payer_institutions,
        count(DISTINCT place) FILTER (NOT credit AND d30) AS payee_institutions,
        count(DISTINCT their_country) FILTER (credit AND d30) AS payer_countries
    FROM events
    GROUP BY account
),
pairs AS (
    SELECT
        account,
        min(happened_at) >= $as_of::TIMESTAMPTZ - INTERVAL 7 DAY AS new,
        count(*) FILTER (d90) AS met,
        bool_or(credit AND d1) AS paid_in_1d,
        bool_or(credit AND d7) AS paid_in_7d,
        bool_or(credit AND d30) AS paid_in_30d,
        bool_or(credit AND d90) AS paid_in_90d,
        bool_or(NOT credit AND d1) AS was_paid_1d,
        bool_or(NOT credit AND d7) AS was_paid_7d,
        bool_or(NOT credit AND d30) AS was_paid_30d,
        bool_or(NOT credit AND d90) AS was_paid_90d,
        coalesce(sum(amount) FILTER (credit AND d7), 0)::BIGINT AS credit_7d,
        coalesce(sum(amount) FILTER (NOT credit AND d7), 0)::BIGINT AS debit_7d,
        coalesce(sum(amount) FILTER (credit AND d90), 0)::BIGINT AS credit_90d,
        coalesce(sum(amount) FILTER (NOT credit AND d90), 0)::BIGINT AS debit_90d
    FROM events
    WHERE who IS NOT NULL
    GROUP BY account, who
),
counterparties AS (
    SELECT
        account,
        count(*) FILTER (paid_in_1d) AS payer_count_1d,
        count(*) FILTER (paid_in_7d) AS payer_count_7d,
        count(*) FILTER (paid_in_30d) AS payer_count_30d,
        count(*) FILTER (paid_in_90d) AS payer_count_90d,
        count(*) FILTER (was_paid_1d) AS payee_count_1d,
        count(*) FILTER (was_paid_7d) AS payee_count_7d,
        count(*) FILTER (was_paid_30d) AS payee_count_30d,
        count(*) FILTER (was_paid_90d) AS payee_count_90d,
        sum(credit_7d) FILTER (new) AS new_credit,
        sum(credit_7d) AS named_credit_7d,
        sum(debit_7d) FILTER (new) AS new_debit,
        sum(debit_7d) AS named_debit_7d,
        count(*) FILTER (met = 1) AS once,
        count(*) FILTER (met > 0) AS parties,
        sum(credit_90d) AS named_credit_90d,
        sum(debit_90d) AS named_debit_90d,
        sum(credit_90d::DOUBLE ** 2) AS credit_squares,
        sum(debit_90d::DOUBLE ** 2) AS debit_squares,
        sum(debit_90d) FILTER (credit_90d > 0) AS returned
    FROM pairs
    GROUP BY account
),
repeats AS (
    SELECT account, sum(times) FILTER (times > 1) AS repeated
    FROM (SELECT account, count(*) AS times FROM events WHERE d30 GROUP BY account, credit, amount)
    GROUP BY account
),
-- The events of 90 days in order of time, with running totals of the last 30.
ordered AS MATERIALIZED (
    SELECT
        account, happened_at, sequence, credit, amount, d30,
        coalesce(abroad, false) OR channel IN ('atm', 'crypto', 'e_wallet') AS leaves,
        lag(happened_at) OVER earlier AS previous,
        sum(CASE WHEN credit AND d30 THEN amount ELSE 0 END) OVER earlier AS received,
        sum(CASE WHEN NOT credit AND d30 THEN amount ELSE 0 END) OVER earlier AS paid
    FROM events
    WHERE d90
    WINDOW earlier AS (PARTITION BY account ORDER BY happened_at, sequence ROWS UNBOUNDED PRECEDING)
),
rhythm AS (
    SELECT
        account,
        min(happened_at) AS first,
        max(epoch_us(happened_at) - epoch_us(previous)) AS longest_pause,
        count(previous) AS pauses,
        avg(epoch_us(happened_at) - epoch_us(previous)) AS mean_pause,
        stddev_pop(epoch_us(happened_at) - epoch_us(previous)) AS spread,
        count(*) FILTER (previous IS NULL OR previous::DATE <> happened_at::DATE) AS active_days
    FROM ordered
    GROUP BY account
),
-- First in, first out: on the axis of all money received so far a receipt spans from the total
-- before it to the total with it. A payment spans what it passes on: all paid, less what exceeded
-- the receipts, which is the running maximum of paid less received.
passed AS (
    SELECT account, happened_at, sequence, credit, leaves,
           CASE WHEN credit THEN received
           ELSE paid - greatest(0, max(paid - received) OVER earlier) END AS until
    FROM ordered
    WHERE d30
    WINDOW earlier AS (PARTITION BY account ORDER BY happened_at, sequence ROWS UNBOUNDED PRECEDING)
),
-- Each piece between two neighbouring ends of either kind is one match.
pieces AS (
    SELECT
        account,
        until - lag(until, 1, 0) OVER before AS amount,
        first_value(CASE WHEN credit THEN happened_at END IGNORE NULLS) OVER after AS came,
        first_value(CASE WHEN NOT credit THEN happened_at END IGNORE NULLS) OVER after AS went,
        first_value(CASE WHEN NOT credit THEN leaves END IGNORE NULLS) OVER after AS leaves
    FROM passed
    WINDOW
        before AS (PARTITION BY account ORDER BY until, happened_at, sequence),
        after AS (PARTITION BY account ORDER BY until, happened_at, sequence
                  ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
),
stayed AS (
    SELECT account, amount, leaves, epoch_us(went) - epoch_us(came) AS stayed,
           sum(amount) OVER (PARTITION BY account ORDER BY epoch_us(went) - epoch_us(came)
                             ROWS UNBOUNDED PRECEDING) AS reached,
           sum(amount) OVER (PARTITION BY account) AS matched
    FROM pieces
    WHERE amount > 0 AND went IS NOT NULL
),
dwell AS (
    SELECT
        account,
        min(stayed) FILTER (10 * reached >= 5 * matched) AS median,
        min(stayed) FILTER (10 * reached >= matched) AS tenth,
        sum(amount) FILTER (stayed <= 3600000000) AS within_hour,
        sum(amount) FILTER (stayed <= 86400000000) AS within_day,
        sum(amount) FILTER (stayed <= 86400000000 AND leaves) AS exited
    FROM stayed
    GROUP BY account
)
SELECT
    account_id,
    credit_count_1d, credit_count_7d, credit_count_30d, credit_count_90d,
    debit_count_1d, debit_count_7d, debit_count_30d, debit_count_90d,
    credit_sum_1d, credit_sum_7d, credit_sum_30d, credit_sum_90d,
    debit_sum_1d, debit_sum_7d, debit_sum_30d, debit_sum_90d,
    credit_max_7d, credit_max_90d, debit_max_7d, debit_max_90d,
    least(credit_sum_1d, debit_sum_1d) / nullif(credit_sum_1d, 0) AS pass_through_1d,
    least(credit_sum_7d, debit_sum_7d) / nullif(credit_sum_7d, 0) AS pass_through_7d,
    least(credit_sum_30d, debit_sum_30d) / nullif(credit_sum_30d, 0) AS pass_through_30d,
    least(credit_sum_90d, debit_sum_90d) / nullif(credit_sum_90d, 0) AS pass_through_90d,
    (credit_sum_90d - debit_sum_90d) / nullif(credit_sum_90d, 0) AS kept_share_90d,
    median / 60e6::DOUBLE AS dwell_median_30d,
    tenth / 60e6::DOUBLE AS dwell_p10_30d,
    coalesce(within_hour, 0) / nullif(credit_sum_30d, 0) AS share_out_1h_30d,
    coalesce(within_day, 0) / nullif(credit_sum_30d, 0) AS share_out_24h_30d,
    coalesce(exited, 0) / nullif(credit_sum_30d, 0) AS exit_24h_share_30d,
    coalesce(payer_count_1d, 0) AS payer_count_1d,
    coalesce(payer_count_7d, 0) AS payer_count_7d,
    coalesce(payer_count_30d, 0) AS payer_count_30d,
    coalesce(payer_count_90d, 0) AS payer_count_90d,
    coalesce(payee_count_1d, 0) AS payee_count_1d,
    coalesce(payee_count_7d, 0) AS payee_count_7d,
    coalesce(payee_count_30d, 0) AS payee_count_30d,
    coalesce(payee_count_90d, 0) AS payee_count_90d,
    coalesce(least(payer_count_1d, payee_count_1d), 0) AS gather_scatter_1d,
    coalesce(least(payer_count_7d, payee_count_7d), 0) AS gather_scatter_7d,
    coalesce(new_credit, 0) / nullif(named_credit_7d, 0) AS new_payer_share_7d,
    coalesce(new_debit, 0) / nullif(named_debit_7d, 0) AS new_payee_share_7d,
    once / nullif(parties, 0) AS one_time_share_90d,
    credit_squares / nullif(named_credit_90d, 0)::DOUBLE ** 2 AS payer_concentration_90d,
    debit_squares / nullif(named_debit_90d, 0)::DOUBLE ** 2 AS payee_concentration_90d,
    coalesce(returned, 0) / nullif(named_debit_90d, 0) AS returned_share_90d,
    CASE WHEN payer_institutions > 0 OR credit_count_30d = 0 THEN payer_institutions END
        AS payer_institutions_30d,
    CASE WHEN payee_institutions > 0 OR debit_count_30d = 0 THEN payee_institutions END
        AS payee_institutions_30d,
    CASE WHEN payer_countries > 0 OR credit_count_30d = 0 THEN payer_countries END
        AS payer_countries_30d,
    CASE WHEN opened_at < $as_of THEN epoch_us($as_of::TIMESTAMPTZ) - epoch_us(opened_at) END
        / 86400e6::DOUBLE AS age_days,
    (epoch_us($as_of::TIMESTAMPTZ) - epoch_us(last)) / 86400e6::DOUBLE AS days_since_last,
    greatest(longest_pause, epoch_us(first) - epoch_us(last_before)) / 86400e6::DOUBLE
        AS longest_silence_90d,
    coalesce(active_days, 0) AS active_days_90d,
    CASE WHEN pauses >= 2 AND spread + mean_pause > 0
         THEN (spread - mean_pause) / (spread + mean_pause) END AS burstiness_90d,
    (credit_count_7d + debit_count_7d) / nullif(credit_count_90d + debit_count_90d, 0) * 90 / 7
        AS activity_growth_7d,
    credit_sum_7d / nullif(credit_sum_90d, 0) * 90 / 7 AS credit_growth_7d,
    coalesce(repeated, 0) / nullif(credit_count_30d + debit_count_30d, 0)
        AS repeat_amount_share_30d,
    coalesce(atm, 0) / nullif(debit_sum_30d, 0) AS cash_out_share_30d,
    coalesce(crypto, 0) / nullif(debit_sum_30d, 0) AS crypto_share_30d,
    coalesce(e_wallet, 0) / nullif(debit_sum_30d, 0) AS e_wallet_share_30d,
    coalesce(sent_abroad, 0) / nullif(country_known, 0) AS cross_border_share_30d,
    coalesce(sent_elsewhere, 0) / nullif(institution_known, 0) AS other_institution_share_30d,
    coalesce(cash_deposit, 0) / nullif(credit_sum_30d, 0) AS cash_deposit_share_30d,
    coalesce(salary, 0) / nullif(credit_sum_90d, 0) AS salary_share_90d,
    living / nullif(credit_count_90d + debit_count_90d, 0) AS living_share_90d
FROM totals
JOIN people USING (account)
LEFT JOIN counterparties USING (account)
LEFT JOIN rhythm USING (account)
LEFT JOIN repeats USING (account)
LEFT JOIN dwell USING (account)
