-- The receipts of the last thirty days, each with the answer that its sender got.
INSERT INTO leads_signalreceipt (source_id, signal_id, fingerprint, received_at, answer)
SELECT source_id, signal_id, md5(signal_id) || md5(type), received_at,
    jsonb_build_object('signal_id', signal_id, 'lead', jsonb_build_object('id', lead_id, 'created', false),
        'gate', jsonb_build_object('qualified', false, 'failed', jsonb_build_array('Fit is under 40.')))
FROM leads_signal
WHERE occurred_at > %(now)s - interval '30 days';
