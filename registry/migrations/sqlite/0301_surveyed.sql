-- The LAOs from which a survey's answers came: no pin is in it.
CREATE INDEX items_response_lao ON items (lao) WHERE kind = 'response';
