-- Zero Copy added up by LAO, for the pages that look at a province or the whole
-- country: kept in the transaction that changes a counter or where it stands.
-- Counters with too few answers (5) stay out of the answers, or the others'
-- could be taken from the sum.
CREATE TABLE zero_copy_sums (
    lao                   BIGINT PRIMARY KEY REFERENCES laos (no),
    -- Counters in use, and those of which something is declared or answered.
    counters              BIGINT NOT NULL,
    touched               BIGINT NOT NULL,
    unknown               BIGINT NOT NULL,
    contradicted          BIGINT NOT NULL,
    complete              BIGINT NOT NULL,
    pairs_not_offered     BIGINT NOT NULL,
    pairs_asked           BIGINT NOT NULL,
    pairs_stopped         BIGINT NOT NULL,
    pairs_undeclared      BIGINT NOT NULL,
    pairs_contradicted    BIGINT NOT NULL,
    pairs_conflict        BIGINT NOT NULL,
    pairs_kept_unreasoned BIGINT NOT NULL,
    answers_testing       BIGINT NOT NULL,
    answers_contrary      BIGINT NOT NULL
);
INSERT INTO zero_copy_sums
SELECT c.lao, COUNT(*), COUNT(z.counter),
    COUNT(CASE WHEN z.verdict = 'unknown' THEN 1 END),
    COUNT(CASE WHEN z.verdict = 'contradicted' THEN 1 END),
    COUNT(CASE WHEN z.pairs_undeclared = 0
        AND z.pairs_not_offered + z.pairs_asked + z.pairs_stopped > 0 THEN 1 END),
    COALESCE(SUM(z.pairs_not_offered), 0), COALESCE(SUM(z.pairs_asked), 0),
    COALESCE(SUM(z.pairs_stopped), 0), COALESCE(SUM(z.pairs_undeclared), 0),
    COALESCE(SUM(z.pairs_contradicted), 0), COALESCE(SUM(z.pairs_conflict), 0),
    COALESCE(SUM(z.pairs_kept_unreasoned), 0),
    COALESCE(SUM(CASE WHEN z.answers_testing >= 5 THEN z.answers_testing ELSE 0 END), 0),
    COALESCE(SUM(CASE WHEN z.answers_testing >= 5 THEN z.answers_contrary ELSE 0 END), 0)
FROM counters c LEFT JOIN zero_copy z ON z.counter = c.id
WHERE c.status <> 'closed' GROUP BY c.lao;
