-- +goose Up
-- A look is asked for by its entry and time now, whatever session it was in.
DROP INDEX care_look_session;
