package fact

// DecodeFast and DecodeGeneral are the two ways of Decode.
func (r *Registry) DecodeFast(raw []byte) (Fact, bool)     { return r.decodeFast(raw) }
func (r *Registry) DecodeGeneral(raw []byte) (Fact, error) { return r.decodeGeneral(raw) }
