\echo Use "CREATE EXTENSION credence" to load this file. \quit

