-- Companies: sizes over four orders of magnitude, in the countries of the five territories.
INSERT INTO leads_account (
    name, name_key, domain, industry, employees, country, technologies, growth_stage, annual_revenue,
    is_named, is_customer, created_at
)
SELECT
    'Company ' || n,
    'company ' || n,
    'company-' || n || '.example',
    (ARRAY['Software', 'Manufacturing', 'Retail', 'Logistics', 'Finance', 'Healthcare'])[ceil(random() * 6)],
    round(exp(1 + random() * 8)),
    (ARRAY['DE', 'DE', 'AT', 'CH', 'US', 'US', 'US', 'CA', 'GB', 'IE', 'FR', 'ES', 'IT', 'SE', 'DK', 'NO'])[ceil(random() * 16)],
    CASE WHEN random() < 0.4 THEN ARRAY['Salesforce', 'HubSpot'] ELSE '{}' END,
    (ARRAY['', 'seed', 'series_a', 'series_b', 'public'])[ceil(random() * 5)],
    round(exp(10 + random() * 10)),
    false,
    random() < 0.03,
    %(now)s - random() * interval '700 days'
FROM generate_series(1, %(accounts)s) AS n;
