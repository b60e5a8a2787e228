\restrict dbmate

-- Dumped from database version 17.10
-- Dumped by pg_dump version 17.10

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: memberships_of(uuid); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.memberships_of(account uuid) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  SELECT coalesce(jsonb_object_agg(study_id, role), '{}') FROM study_member WHERE account_id = account
$$;


--
-- Name: refuse_change(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation';
END
$$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: account; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.account (
    id uuid NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    disabled_at timestamp with time zone,
    CONSTRAINT account_email_check CHECK (((email = lower(email)) AND (email ~~ '%_@_%'::text))),
    CONSTRAINT account_role_check CHECK ((role = ANY (ARRAY['administrator'::text, 'member'::text])))
);


--
-- Name: COLUMN account.role; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.account.role IS 'what the person is to the whole installation; what they are in a study is study_member''s';


--
-- Name: trial_event; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.trial_event (
    trial_id uuid NOT NULL,
    seq bigint NOT NULL,
    wall_ns bigint NOT NULL,
    monotonic_ns bigint NOT NULL,
    ros_ns bigint NOT NULL,
    shown_ns bigint,
    acted_ns bigint,
    offset_ns bigint,
    offset_error_ns bigint,
    id uuid NOT NULL,
    caused_by uuid,
    kind text NOT NULL,
    actor text NOT NULL,
    source text NOT NULL,
    step text NOT NULL,
    path text NOT NULL,
    host text NOT NULL,
    hash bytea NOT NULL,
    stored_at timestamp with time zone DEFAULT now() NOT NULL,
    payload jsonb NOT NULL,
    payload_text text NOT NULL,
    CONSTRAINT trial_event_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT trial_event_seq_check CHECK ((seq > 0))
);


--
-- Name: TABLE trial_event; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.trial_event IS 'the journal, row for row';


--
-- Name: COLUMN trial_event.payload; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.trial_event.payload IS 'for queries; NUL characters are replaced, numbers are normalised';


--
-- Name: COLUMN trial_event.payload_text; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.trial_event.payload_text IS 'to the letter what was hashed';


--
-- Name: annotation; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.annotation AS
 SELECT trial_id,
    seq,
    id,
    actor,
    wall_ns,
    (payload ->> 'text'::text) AS text,
    COALESCE((payload -> 'tags'::text), '[]'::jsonb) AS tags,
    ((payload ->> 'from_ns'::text))::bigint AS from_ns,
    ((payload ->> 'to_ns'::text))::bigint AS to_ns
   FROM public.trial_event
  WHERE (kind = 'annotation'::text);


--
-- Name: api_token; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.api_token (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL,
    token_hash bytea NOT NULL,
    permissions text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT api_token_name_check CHECK ((name <> ''::text))
);


--
-- Name: TABLE api_token; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.api_token IS 'tokens of programs; only the SHA-256 of a token is kept';


--
-- Name: COLUMN api_token.revoked_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.api_token.revoked_at IS 'since when it is worthless; kept for a while, so that its use is noticed';


--
-- Name: audit; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    account_id uuid,
    action text NOT NULL,
    object text DEFAULT ''::text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    address text DEFAULT ''::text NOT NULL
);


--
-- Name: TABLE audit; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.audit IS 'who did what; no reference to account, so that it outlives it';


--
-- Name: audit_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: credential; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.credential (
    account_id uuid NOT NULL,
    password_hash text NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    failures bigint DEFAULT 0 NOT NULL,
    locked_until timestamp with time zone
);


--
-- Name: TABLE credential; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.credential IS 'passwords as argon2id hashes, apart from the accounts that every page reads';


--
-- Name: COLUMN credential.failures; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.credential.failures IS 'wrong passwords since the last right one';


--
-- Name: experiment; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.experiment (
    id uuid NOT NULL,
    study_id uuid NOT NULL,
    name text NOT NULL,
    protocol_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    archived_at timestamp with time zone,
    CONSTRAINT experiment_name_check CHECK ((name <> ''::text))
);


--
-- Name: TABLE experiment; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.experiment IS 'trials of a study that belong together';


--
-- Name: feature_flag; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.feature_flag (
    name text NOT NULL,
    state text NOT NULL,
    studies uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    roles text[] DEFAULT '{}'::text[] NOT NULL,
    share bigint DEFAULT 0 NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT feature_flag_name_check CHECK ((name <> ''::text)),
    CONSTRAINT feature_flag_share_check CHECK (((share >= 0) AND (share <= 100))),
    CONSTRAINT feature_flag_state_check CHECK ((state = ANY (ARRAY['on'::text, 'off'::text, 'some'::text])))
);


--
-- Name: TABLE feature_flag; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.feature_flag IS 'what somebody has set; a flag without a row has its default';


--
-- Name: identity; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.identity (
    issuer text NOT NULL,
    subject text NOT NULL,
    account_id uuid NOT NULL,
    email text NOT NULL,
    linked_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT identity_issuer_check CHECK ((issuer <> ''::text)),
    CONSTRAINT identity_subject_check CHECK ((subject <> ''::text))
);


--
-- Name: TABLE identity; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.identity IS 'accounts elsewhere (OpenID Connect, GitHub) by which people sign in';


--
-- Name: COLUMN identity.subject; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.identity.subject IS 'the issuer''s own id of the person: addresses change hands';


--
-- Name: journal_position; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.journal_position (
    journal_id uuid NOT NULL,
    "row" bigint NOT NULL,
    hash text NOT NULL,
    moved_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: TABLE journal_position; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.journal_position IS 'how far each robot host''s journal is stored here; moves with the events';


--
-- Name: maintenance_notice; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.maintenance_notice (
    only_one boolean DEFAULT true NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone,
    message text DEFAULT ''::text NOT NULL,
    by text DEFAULT ''::text NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT maintenance_notice_check CHECK ((ends_at > starts_at)),
    CONSTRAINT maintenance_notice_only_one_check CHECK (only_one)
);


--
-- Name: TABLE maintenance_notice; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.maintenance_notice IS 'the maintenance that is announced or in force: one row, or none';


--
-- Name: COLUMN maintenance_notice.ends_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.maintenance_notice.ends_at IS 'when it is expected to end; it is over when the row is gone';


--
-- Name: participant; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.participant (
    id uuid NOT NULL,
    study_id uuid NOT NULL,
    code text NOT NULL,
    condition text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    archived_at timestamp with time zone,
    erased_at timestamp with time zone,
    consented_on date,
    consent_form text DEFAULT ''::text NOT NULL,
    withdrawn_at timestamp with time zone,
    CONSTRAINT participant_code_check CHECK ((code <> ''::text))
);


--
-- Name: TABLE participant; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.participant IS 'who takes part in a study, by a code that trials name: nothing that tells who it is';


--
-- Name: COLUMN participant.code; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.participant.code IS 'never changes, since trials and exports name it';


--
-- Name: COLUMN participant.erased_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.participant.erased_at IS 'since when the personal data are gone for good';


--
-- Name: COLUMN participant.consented_on; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.participant.consented_on IS 'day of the consent; null: there is none';


--
-- Name: COLUMN participant.consent_form; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.participant.consent_form IS 'which form was signed';


--
-- Name: COLUMN participant.withdrawn_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.participant.withdrawn_at IS 'since when the consent holds no more';


--
-- Name: participant_person; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.participant_person (
    participant_id uuid NOT NULL,
    sealed text NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT participant_person_sealed_check CHECK ((sealed <> ''::text))
);


--
-- Name: TABLE participant_person; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.participant_person IS 'who a participant is; erasing deletes the row';


--
-- Name: COLUMN participant_person.sealed; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.participant_person.sealed IS 'encrypted with a key that is not in this database';


--
-- Name: planned_trial; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.planned_trial (
    id uuid NOT NULL,
    study_id uuid NOT NULL,
    planned_at timestamp with time zone NOT NULL,
    participant text NOT NULL,
    protocol text NOT NULL,
    digest text NOT NULL,
    condition text DEFAULT ''::text NOT NULL,
    mode text NOT NULL,
    wizard_id uuid,
    note text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    cancelled_at timestamp with time zone,
    experiment_id uuid,
    CONSTRAINT planned_trial_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT planned_trial_mode_check CHECK ((mode = ANY (ARRAY['live'::text, 'pilot'::text, 'rehearsal'::text]))),
    CONSTRAINT planned_trial_participant_check CHECK ((participant <> ''::text)),
    CONSTRAINT planned_trial_protocol_check CHECK ((protocol <> ''::text))
);


--
-- Name: TABLE planned_trial; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.planned_trial IS 'who is to meet which protocol, when';


--
-- Name: COLUMN planned_trial.digest; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.planned_trial.digest IS 'of the protocol''s version: another text is another plan';


--
-- Name: study; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.study (
    id uuid NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    archived_at timestamp with time zone,
    CONSTRAINT study_name_check CHECK ((name <> ''::text))
);


--
-- Name: trial; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.trial (
    id uuid NOT NULL,
    experiment_id uuid,
    protocol_version_id uuid,
    protocol text DEFAULT ''::text NOT NULL,
    version text DEFAULT ''::text NOT NULL,
    digest text DEFAULT ''::text NOT NULL,
    participant text DEFAULT ''::text NOT NULL,
    condition text DEFAULT ''::text NOT NULL,
    mode text DEFAULT ''::text NOT NULL,
    seed numeric(20,0),
    parameters jsonb DEFAULT '{}'::jsonb NOT NULL,
    robot text DEFAULT ''::text NOT NULL,
    host text DEFAULT ''::text NOT NULL,
    first_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    outcome text DEFAULT ''::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    event_count bigint DEFAULT 0 NOT NULL,
    head_seq bigint DEFAULT 0 NOT NULL,
    head_hash text DEFAULT ''::text NOT NULL,
    study_id uuid DEFAULT '00000000-0000-7000-8000-000000000001'::uuid NOT NULL
);


--
-- Name: TABLE trial; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.trial IS 'what the events of a trial add up to, kept by whoever stores the events';


--
-- Name: COLUMN trial.first_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.trial.first_at IS 'wall clock of the first event that was stored';


--
-- Name: COLUMN trial.event_count; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.trial.event_count IS 'rows of trial_event; less than head_seq means a gap';


--
-- Name: trial_start; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.trial_start (
    trial_id uuid NOT NULL,
    study_id uuid NOT NULL,
    plan_id uuid,
    account_id uuid,
    at timestamp with time zone DEFAULT now() NOT NULL,
    experiment_id uuid
);


--
-- Name: TABLE trial_start; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.trial_start IS 'trials that were asked for here: which study they belong to, before their events come';


--
-- Name: plan; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.plan AS
 SELECT planned.id,
    planned.study_id,
    study.name AS study,
    planned.planned_at,
    planned.participant,
    planned.protocol,
    planned.digest,
    planned.condition,
    planned.mode,
    planned.wizard_id,
    COALESCE(wizard.name, ''::text) AS wizard,
    planned.note,
    planned.created_at,
    planned.cancelled_at,
    (study.archived_at IS NOT NULL) AS archived,
    started.trial_id,
    (trial.id IS NOT NULL) AS kept,
    COALESCE(trial.outcome, ''::text) AS outcome,
        CASE
            WHEN (started.trial_id IS NOT NULL) THEN 'started'::text
            WHEN (planned.cancelled_at IS NOT NULL) THEN 'cancelled'::text
            ELSE 'open'::text
        END AS state,
    planned.experiment_id,
    COALESCE(experiment.name, ''::text) AS experiment
   FROM (((((public.planned_trial planned
     JOIN public.study ON ((study.id = planned.study_id)))
     LEFT JOIN public.account wizard ON ((wizard.id = planned.wizard_id)))
     LEFT JOIN public.experiment ON ((experiment.id = planned.experiment_id)))
     LEFT JOIN public.trial_start started ON ((started.plan_id = planned.id)))
     LEFT JOIN public.trial ON ((trial.id = started.trial_id)));


--
-- Name: protocol; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.protocol (
    id uuid NOT NULL,
    name text NOT NULL,
    title text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    study_id uuid DEFAULT '00000000-0000-7000-8000-000000000001'::uuid NOT NULL,
    archived_at timestamp with time zone,
    CONSTRAINT protocol_name_check CHECK ((name <> ''::text))
);


--
-- Name: COLUMN protocol.study_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.protocol.study_id IS 'what was run without a study is the Lab bench''s';


--
-- Name: protocol_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.protocol_version (
    id uuid NOT NULL,
    protocol_id uuid NOT NULL,
    version text NOT NULL,
    digest text NOT NULL,
    canonical text NOT NULL,
    source text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    author uuid,
    number bigint,
    CONSTRAINT protocol_version_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT protocol_version_number_check CHECK (((number IS NOT NULL) AND (number > 0)))
);


--
-- Name: TABLE protocol_version; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.protocol_version IS 'frozen protocols: what a digest stands for never changes';


--
-- Name: COLUMN protocol_version.canonical; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.protocol_version.canonical IS 'the text whose SHA-256 is the digest';


--
-- Name: COLUMN protocol_version.source; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.protocol_version.source IS 'the file as it was written';


--
-- Name: COLUMN protocol_version.author; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.protocol_version.author IS 'the account that stored it; null: brought by a robot host';


--
-- Name: COLUMN protocol_version.number; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.protocol_version.number IS 'counts the versions of a protocol from 1';


--
-- Name: recovery_code; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.recovery_code (
    account_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    used_at timestamp with time zone
);


--
-- Name: TABLE recovery_code; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.recovery_code IS 'codes that serve once instead of the authenticator; only the SHA-256 of each is kept';


--
-- Name: schema_migrations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.schema_migrations (
    version character varying NOT NULL
);


--
-- Name: second_factor; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.second_factor (
    account_id uuid NOT NULL,
    sealed_secret text NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    last_step bigint NOT NULL,
    failures bigint DEFAULT 0 NOT NULL,
    locked_until timestamp with time zone
);


--
-- Name: TABLE second_factor; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.second_factor IS 'one-time passwords of an authenticator (RFC 6238)';


--
-- Name: COLUMN second_factor.sealed_secret; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.second_factor.sealed_secret IS 'encrypted with a key that is not in this database';


--
-- Name: COLUMN second_factor.last_step; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.second_factor.last_step IS 'time step of the last code that was taken: none is taken twice';


--
-- Name: session; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.session (
    token_hash bytea NOT NULL,
    account_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    agent text DEFAULT ''::text NOT NULL
);


--
-- Name: TABLE session; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.session IS 'signed-in browsers; only the SHA-256 of a token is kept';


--
-- Name: sign_in_link; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sign_in_link (
    token_hash bytea NOT NULL,
    account_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);


--
-- Name: TABLE sign_in_link; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.sign_in_link IS 'one-time links; only the SHA-256 of a token is kept';


--
-- Name: study_member; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.study_member (
    study_id uuid NOT NULL,
    account_id uuid NOT NULL,
    role text NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT study_member_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'researcher'::text, 'wizard'::text, 'observer'::text])))
);


--
-- Name: trial_event_conflict; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.trial_event_conflict (
    trial_id uuid NOT NULL,
    seq bigint NOT NULL,
    hash bytea NOT NULL,
    entry jsonb NOT NULL,
    found_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: TABLE trial_event_conflict; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.trial_event_conflict IS 'events whose place was taken by a different one: none is dropped';


--
-- Name: account account_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);


--
-- Name: api_token api_token_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_pkey PRIMARY KEY (id);


--
-- Name: audit audit_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);


--
-- Name: credential credential_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.credential
    ADD CONSTRAINT credential_pkey PRIMARY KEY (account_id);


--
-- Name: experiment experiment_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.experiment
    ADD CONSTRAINT experiment_pkey PRIMARY KEY (id);


--
-- Name: feature_flag feature_flag_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.feature_flag
    ADD CONSTRAINT feature_flag_pkey PRIMARY KEY (name);


--
-- Name: identity identity_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.identity
    ADD CONSTRAINT identity_pkey PRIMARY KEY (issuer, subject);


--
-- Name: journal_position journal_position_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.journal_position
    ADD CONSTRAINT journal_position_pkey PRIMARY KEY (journal_id);


--
-- Name: maintenance_notice maintenance_notice_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.maintenance_notice
    ADD CONSTRAINT maintenance_notice_pkey PRIMARY KEY (only_one);


--
-- Name: participant_person participant_person_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.participant_person
    ADD CONSTRAINT participant_person_pkey PRIMARY KEY (participant_id);


--
-- Name: participant participant_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.participant
    ADD CONSTRAINT participant_pkey PRIMARY KEY (id);


--
-- Name: planned_trial planned_trial_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.planned_trial
    ADD CONSTRAINT planned_trial_pkey PRIMARY KEY (id);


--
-- Name: protocol protocol_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.protocol
    ADD CONSTRAINT protocol_pkey PRIMARY KEY (id);


--
-- Name: protocol_version protocol_version_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.protocol_version
    ADD CONSTRAINT protocol_version_pkey PRIMARY KEY (id);


--
-- Name: recovery_code recovery_code_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_pkey PRIMARY KEY (account_id, code_hash);


--
-- Name: schema_migrations schema_migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);


--
-- Name: second_factor second_factor_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.second_factor
    ADD CONSTRAINT second_factor_pkey PRIMARY KEY (account_id);


--
-- Name: session session_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (token_hash);


--
-- Name: sign_in_link sign_in_link_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sign_in_link
    ADD CONSTRAINT sign_in_link_pkey PRIMARY KEY (token_hash);


--
-- Name: study_member study_member_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.study_member
    ADD CONSTRAINT study_member_pkey PRIMARY KEY (study_id, account_id);


--
-- Name: study study_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.study
    ADD CONSTRAINT study_pkey PRIMARY KEY (id);


--
-- Name: trial_event_conflict trial_event_conflict_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trial_event_conflict
    ADD CONSTRAINT trial_event_conflict_pkey PRIMARY KEY (trial_id, seq, hash);


--
-- Name: trial_event trial_event_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trial_event
    ADD CONSTRAINT trial_event_pkey PRIMARY KEY (trial_id, seq);


--
-- Name: trial trial_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trial
    ADD CONSTRAINT trial_pkey PRIMARY KEY (id);


--
-- Name: trial_start trial_start_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trial_start
    ADD CONSTRAINT trial_start_pkey PRIMARY KEY (trial_id);


--
-- Name: account_email; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX account_email ON public.account USING btree (email);


--
-- Name: api_token_account; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX api_token_account ON public.api_token USING btree (account_id);


--
-- Name: api_token_hash; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX api_token_hash ON public.api_token USING btree (token_hash);


--
-- Name: audit_account; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_account ON public.audit USING btree (account_id, id);


--
-- Name: audit_action; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_action ON public.audit USING btree (action, at);


--
-- Name: audit_object; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_object ON public.audit USING btree (object, id);


--
-- Name: experiment_name; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX experiment_name ON public.experiment USING btree (study_id, lower(name));


--
-- Name: experiment_of_study; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX experiment_of_study ON public.experiment USING btree (study_id, id);


--
-- Name: experiment_protocol; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX experiment_protocol ON public.experiment USING btree (protocol_id);


--
-- Name: experiment_study; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX experiment_study ON public.experiment USING btree (study_id);


--
-- Name: identity_account; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX identity_account ON public.identity USING btree (account_id);


--
-- Name: participant_code; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX participant_code ON public.participant USING btree (study_id, lower(code) COLLATE "C");


--
-- Name: participant_condition; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX participant_condition ON public.participant USING btree (study_id, condition);


--
-- Name: participant_newest; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX participant_newest ON public.participant USING btree (study_id, created_at DESC, id DESC);


--
-- Name: planned_trial_experiment; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX planned_trial_experiment ON public.planned_trial USING btree (study_id, experiment_id);


--
-- Name: planned_trial_study; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX planned_trial_study ON public.planned_trial USING btree (study_id, planned_at, id);


--
-- Name: planned_trial_when; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX planned_trial_when ON public.planned_trial USING btree (planned_at, id);


--
-- Name: planned_trial_wizard; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX planned_trial_wizard ON public.planned_trial USING btree (wizard_id);


--
-- Name: protocol_name; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX protocol_name ON public.protocol USING btree (study_id, name);


--
-- Name: protocol_version_digest; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX protocol_version_digest ON public.protocol_version USING btree (digest, protocol_id);


--
-- Name: protocol_version_number; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX protocol_version_number ON public.protocol_version USING btree (protocol_id, number);


--
-- Name: protocol_version_protocol; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX protocol_version_protocol ON public.protocol_version USING btree (protocol_id, created_at);


--
-- Name: session_account; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX session_account ON public.session USING btree (account_id);


--
-- Name: sign_in_link_account; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX sign_in_link_account ON public.sign_in_link USING btree (account_id);


--
-- Name: study_created; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX study_created ON public.study USING btree (created_at DESC, id DESC);


--
-- Name: study_member_account; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX study_member_account ON public.study_member USING btree (account_id);


--
-- Name: study_name; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX study_name ON public.study USING btree (lower(name), id);


--
-- Name: trial_event_kind; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX trial_event_kind ON public.trial_event USING btree (kind, wall_ns);


--
-- Name: trial_event_wall; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX trial_event_wall ON public.trial_event USING brin (wall_ns);


--
-- Name: trial_experiment; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX trial_experiment ON public.trial USING btree (experiment_id, first_at DESC);


--
-- Name: trial_newest; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX trial_newest ON public.trial USING btree (first_at DESC, id DESC);


--
-- Name: trial_participant; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX trial_participant ON public.trial USING btree (participant, first_at DESC);


--
-- Name: trial_protocol; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX trial_protocol ON public.trial USING btree (protocol, first_at DESC);


--
-- Name: trial_protocol_version; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX trial_protocol_version ON public.trial USING btree (protocol_version_id);


--
-- Name: trial_start_account; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX trial_start_account ON public.trial_start USING btree (account_id);


--
-- Name: trial_start_experiment; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX trial_start_experiment ON public.trial_start USING btree (study_id, experiment_id);


--
-- Name: trial_start_plan; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX trial_start_plan ON public.trial_start USING btree (plan_id);


--
-- Name: trial_start_study; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX trial_start_study ON public.trial_start USING btree (study_id);


--
-- Name: trial_study; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX trial_study ON public.trial USING btree (study_id, first_at DESC, id DESC);


--
-- Name: audit audit_append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.audit ENABLE ALWAYS TRIGGER audit_append_only;


--
-- Name: protocol_version protocol_version_append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER protocol_version_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.protocol_version FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.protocol_version ENABLE ALWAYS TRIGGER protocol_version_append_only;


--
-- Name: trial_event trial_event_append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER trial_event_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.trial_event FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.trial_event ENABLE ALWAYS TRIGGER trial_event_append_only;


--
-- Name: trial_event_conflict trial_event_conflict_append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER trial_event_conflict_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.trial_event_conflict FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.trial_event_conflict ENABLE ALWAYS TRIGGER trial_event_conflict_append_only;


--
-- Name: api_token api_token_account_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;


--
-- Name: credential credential_account_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.credential
    ADD CONSTRAINT credential_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;


--
-- Name: experiment experiment_protocol_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.experiment
    ADD CONSTRAINT experiment_protocol_id_fkey FOREIGN KEY (protocol_id) REFERENCES public.protocol(id);


--
-- Name: experiment experiment_study_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.experiment
    ADD CONSTRAINT experiment_study_id_fkey FOREIGN KEY (study_id) REFERENCES public.study(id) ON DELETE CASCADE;


--
-- Name: identity identity_account_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.identity
    ADD CONSTRAINT identity_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;


--
-- Name: participant_person participant_person_participant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.participant_person
    ADD CONSTRAINT participant_person_participant_id_fkey FOREIGN KEY (participant_id) REFERENCES public.participant(id);


--
-- Name: participant participant_study_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.participant
    ADD CONSTRAINT participant_study_id_fkey FOREIGN KEY (study_id) REFERENCES public.study(id);


--
-- Name: planned_trial planned_trial_experiment_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.planned_trial
    ADD CONSTRAINT planned_trial_experiment_fkey FOREIGN KEY (study_id, experiment_id) REFERENCES public.experiment(study_id, id);


--
-- Name: planned_trial planned_trial_study_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.planned_trial
    ADD CONSTRAINT planned_trial_study_id_fkey FOREIGN KEY (study_id) REFERENCES public.study(id) ON DELETE CASCADE;


--
-- Name: planned_trial planned_trial_wizard_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.planned_trial
    ADD CONSTRAINT planned_trial_wizard_id_fkey FOREIGN KEY (wizard_id) REFERENCES public.account(id) ON DELETE SET NULL;


--
-- Name: protocol protocol_study_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.protocol
    ADD CONSTRAINT protocol_study_id_fkey FOREIGN KEY (study_id) REFERENCES public.study(id);


--
-- Name: protocol_version protocol_version_protocol_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.protocol_version
    ADD CONSTRAINT protocol_version_protocol_id_fkey FOREIGN KEY (protocol_id) REFERENCES public.protocol(id);


--
-- Name: recovery_code recovery_code_account_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.second_factor(account_id) ON DELETE CASCADE;


--
-- Name: second_factor second_factor_account_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.second_factor
    ADD CONSTRAINT second_factor_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;


--
-- Name: session session_account_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;


--
-- Name: sign_in_link sign_in_link_account_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sign_in_link
    ADD CONSTRAINT sign_in_link_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;


--
-- Name: study_member study_member_account_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.study_member
    ADD CONSTRAINT study_member_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;


--
-- Name: study_member study_member_study_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.study_member
    ADD CONSTRAINT study_member_study_id_fkey FOREIGN KEY (study_id) REFERENCES public.study(id) ON DELETE CASCADE;


--
-- Name: trial_event trial_event_trial_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trial_event
    ADD CONSTRAINT trial_event_trial_id_fkey FOREIGN KEY (trial_id) REFERENCES public.trial(id);


--
-- Name: trial trial_experiment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trial
    ADD CONSTRAINT trial_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES public.experiment(id);


--
-- Name: trial trial_protocol_version_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trial
    ADD CONSTRAINT trial_protocol_version_id_fkey FOREIGN KEY (protocol_version_id) REFERENCES public.protocol_version(id);


--
-- Name: trial_start trial_start_account_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trial_start
    ADD CONSTRAINT trial_start_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE SET NULL;


--
-- Name: trial_start trial_start_experiment_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trial_start
    ADD CONSTRAINT trial_start_experiment_fkey FOREIGN KEY (study_id, experiment_id) REFERENCES public.experiment(study_id, id);


--
-- Name: trial_start trial_start_plan_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trial_start
    ADD CONSTRAINT trial_start_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES public.planned_trial(id) ON DELETE CASCADE;


--
-- Name: trial_start trial_start_study_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trial_start
    ADD CONSTRAINT trial_start_study_id_fkey FOREIGN KEY (study_id) REFERENCES public.study(id) ON DELETE CASCADE;


--
-- Name: trial trial_study_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trial
    ADD CONSTRAINT trial_study_id_fkey FOREIGN KEY (study_id) REFERENCES public.study(id);


--
-- PostgreSQL database dump complete
--

\unrestrict dbmate


--
-- Dbmate schema migrations
--

INSERT INTO public.schema_migrations (version) VALUES
    ('20261123000001'),
    ('20261123000002'),
    ('20261123000003'),
    ('20261127000101'),
    ('20261127000102'),
    ('20261127000103'),
    ('20261127000104'),
    ('20261127000105'),
    ('20261127001001'),
    ('20261127006001'),
    ('20261127007001'),
    ('20261127007002'),
    ('20261127008001'),
    ('20261128110001'),
    ('20261128110002'),
    ('20261128150001'),
    ('20261128210001'),
    ('20261128210002'),
    ('20261128220001'),
    ('20261128220002');
