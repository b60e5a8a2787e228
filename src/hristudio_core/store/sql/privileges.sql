-- What the program's own role may do. Roles belong to the cluster, not to the database, so this is no
-- migration: it is applied after each `migrate`, to whatever roles there are by then.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hristudio_app') THEN
    BEGIN
      CREATE ROLE hristudio_app NOLOGIN;
    EXCEPTION
      WHEN insufficient_privilege THEN
        -- A managed database without CREATE ROLE: the triggers alone keep the events.
        RETURN;
      WHEN duplicate_object OR unique_violation THEN
        NULL;
    END;
  END IF;
  -- The sink stages each batch in a temporary table.
  EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO hristudio_app', current_database());
  REVOKE ALL ON ALL TABLES IN SCHEMA public FROM hristudio_app;
  GRANT USAGE ON SCHEMA public TO hristudio_app;
  GRANT SELECT ON ALL TABLES IN SCHEMA public TO hristudio_app;
  GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO hristudio_app;
  GRANT INSERT, UPDATE, DELETE ON account, credential, identity, second_factor, recovery_code, api_token, feature_flag, sign_in_link, session, study, study_member, protocol, experiment
    TO hristudio_app;
  -- Codes stay, and stay what they are; who somebody is can be erased.
  GRANT INSERT, UPDATE (condition, archived_at, erased_at, consented_on, consent_form, withdrawn_at) ON participant TO hristudio_app;
  GRANT INSERT, UPDATE, DELETE ON participant_person TO hristudio_app;
  GRANT INSERT, DELETE ON trial_start TO hristudio_app;
  GRANT INSERT, UPDATE ON trial, planned_trial, journal_position TO hristudio_app;
  GRANT INSERT ON protocol_version, trial_event, trial_event_conflict, audit TO hristudio_app;
END
$$;
